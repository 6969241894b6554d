# Two resets at once: the first is in the middle of its migrations when the second comes. No migration of the first may have to wait for it.
. ./env.sh
begin 'SELECT pg_advisory_lock(42)' > /dev/null
pgassay reset waiting.yaml --target "$url dbname=shop_dev" --yes > 1.log 2>&1 9>&- &
first=$!
until_sql "$waits"
pgassay reset waiting.yaml --target "$url dbname=shop_dev" --yes > 2.log 2>&1 9>&- &
second=$!
until_line 2.log waiting
end_session
wait "$first"
echo "first: exit $?"
wait "$second"
echo "second: exit $?"
grep -v '^another session' 2.log # the first one's, which is just going
