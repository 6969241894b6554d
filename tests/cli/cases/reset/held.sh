# A session in a transaction: named, then ended.
. ./env.sh
begin 'BEGIN; SELECT FROM shop.orders'
pgassay reset suite.yaml --target "$url dbname=shop_dev" --yes --lock-timeout 1
echo "exit $?"
others 1
pgassay reset suite.yaml --target "$url dbname=shop_dev" --yes --end-sessions
echo "exit $?"
echo 'SELECT 1;' >&9 2> /dev/null
end_session
grep -o 'terminating connection.*' session.log
