# Ends the server that a line on standard input says is kept, and waits until its folder is gone.
log=$(cat)
psql -qAtX "$(echo "$log" | grep '^postgresql:')" -c 'SELECT count(*) FROM customers'
kill "$(echo "$log" | sed -n 's/.*remove it with: kill //p')"
for _ in $(seq 100); do [ -z "$(ls tmp)" ] && echo "the server and its folder are gone" && exit; sleep 0.1; done
