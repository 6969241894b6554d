# usage: interrupt.sh SIGNAL: sends the signal to a run that is in the middle of a migration.
mkdir -p tmp
TMPDIR=$PWD/tmp env --default-signal pgassay run suite.yaml > log 2>&1 &
run=$!
for i in $(seq 200); do
	grep -q ready tmp/*/data/postmaster.pid 2> /dev/null && break
	sleep 0.1
done
for i in $(seq 200); do
	grep -q layout log && break
	sleep 0.1
done
sleep 0.5
server=$(cat tmp/*/data/postmaster.pid 2> /dev/null | head -1)
kill -s "$1" "$run"
wait "$run"
echo "exit $?"
cat log
for i in $(seq 20); do
	[ -n "$server" ] && kill -0 "$server" 2> /dev/null || break
	sleep 0.1
done
[ -n "$server" ] && ! kill -0 "$server" 2> /dev/null && echo "the server is gone"
for i in $(seq 20); do
	[ -z "$(ls tmp)" ] && echo "its folder is gone" && exit 0
	sleep 0.1
done
ls tmp
