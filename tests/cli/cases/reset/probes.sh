# The service answers late, elsewhere, never, with a certificate that nobody has signed, or is not there.
. ./env.sh
python3 probes.py &
service=$!
until_line addresses https
http=$(sed -n 1p addresses) https=$(sed -n 2p addresses)
for probe in "$http/slow" "$http/redirect" "$http/loop" "$http/away" "$http/never" "$http/missing" "$http/login" "$https/health" \
	http://127.0.0.1:1/health http://nobody.invalid/health; do
	pgassay reset suite.yaml --target "$url dbname=shop_dev" --yes --probe "$probe" --probe-timeout 3 > log.probe 2>&1
	echo "exit $?"
	sed -E '1,/^reset: /d; s/: Operation timed out .*|: Could not resolve .*|: Failed to connect .*|: SSL certificate problem.*/: .../' log.probe
done
kill "$service"
