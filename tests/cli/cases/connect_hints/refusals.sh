# The server refuses each of these.
. ./env.sh
$psql -c "CREATE ROLE nologin NOLOGIN; CREATE ROLE pw LOGIN PASSWORD 'right'; CREATE ROLE peer LOGIN; CREATE ROLE refused LOGIN" \
	-c "CREATE ROLE one LOGIN CONNECTION LIMIT 0" \
	-c "CREATE DATABASE closed" -c "CREATE DATABASE private" \
	-c "ALTER DATABASE closed ALLOW_CONNECTIONS false; REVOKE CONNECT ON DATABASE private FROM PUBLIC"
printf 'local all pw scram-sha-256\nlocal all peer peer\nlocal all refused reject\n' | cat - "$PGHOST/pg_hba.conf" > new.conf
cat new.conf > "$PGHOST/pg_hba.conf"
$psql -c "SELECT pg_reload_conf()" > /dev/null
for _ in $(seq 300); do
	$psql -U refused -c "" 2> /dev/null || break
	sleep 0.1
done
export PGPASSFILE=/nowhere
try "user=nobody_here"
try "user=nologin"
try "user=pw password=wrong"
try "user=pw"
try "user=peer"
try "user=refused"
try "user=one"
try "dbname=nowhere"
try "dbname=closed"
$psql -c "ALTER ROLE one CONNECTION LIMIT 5"
try "user=one dbname=private"
