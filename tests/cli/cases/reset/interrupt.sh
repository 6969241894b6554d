# SIGINT in the middle of the migrations; the next reset begins anew.
. ./env.sh
begin 'SELECT pg_advisory_lock(42)'
env --default-signal pgassay reset waiting.yaml --target "$url dbname=shop_dev" --yes > log.interrupt 2>&1 9>&- &
reset=$!
until_sql "$waits"
kill -s INT "$reset"
wait "$reset"
echo "exit $?"
tail -1 log.interrupt
end_session
$psql -d shop_dev -c "SELECT count(*) || ' migration is applied' FROM public.schema_migrations"
pgassay reset waiting.yaml --target "$url dbname=shop_dev" --yes | tail -1
