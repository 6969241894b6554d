# The rows of the suite, and a service that is asked afterwards.
. ./env.sh
python3 service.py &
service=$!
until_line service http
pgassay reset data.yaml --target "$url dbname=shop_dev" --yes --probe "$(cat service)/health?token=not-to-be-shown"
$psql -d shop_dev -Atc "SELECT id, state FROM shop.orders ORDER BY id"
pgassay reset data.yaml --target "$url dbname=shop_dev" --yes --seed first.sql --probe "$(cat service)/broken" --probe-timeout 1 | grep -v 'index\|table\|column'
echo "exit ${PIPESTATUS[0]}"
$psql -d shop_dev -Atc "SELECT count(*) FROM shop.orders"
sed -i 's/paid/lost/' more.csv
pgassay reset data.yaml --target "$url dbname=shop_dev" --yes | sed -n '/^before/,$p'
kill "$service"
pgassay reset data.yaml --target "$url dbname=shop_dev" --yes --probe localhost/health
