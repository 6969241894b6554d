# Leases a database from a service, and ends it by a signal.
: > log
pgassay serve suite.yaml --workers 1 2>> log &
service=$!
for _ in $(seq 300); do grep -q 'Ctrl-C' log && break; sleep 0.1; done
PGASSAY_LEASES=$(sed -n 's/^leases at \([^ ]*\).*/\1/p' log) python3 ask.py POST '/databases?database=audit' | grep -o '"database":"[^"]*"'
kill -INT $service
wait $service
echo "exit code $?, $(ls tmp | wc -l) folders are left"
