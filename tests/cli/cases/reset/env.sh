# Sourced: where the kept server is. $psql asks it; "$url dbname=..." is a target there.
export PGHOST PGUSER=postgres
PGHOST=$(sed -n "s/^kept: psql -h '\([^']*\)'.*/\1/p" log)
psql="psql -qAtX"
url="host=$PGHOST user=postgres password=not-to-be-shown"

# others N: waits until N sessions are on shop_dev; those that were just closed take a moment to go.
others() {
	for _ in $(seq 300); do
		[ "$($psql -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'shop_dev'")" = "$1" ] && return
		sleep 0.1
	done
	echo "there are never $1 sessions"
}

# until_sql QUERY: waits until the query on shop_dev gives t.
until_sql() {
	for _ in $(seq 300); do
		[ "$($psql -d shop_dev -c "$1")" = t ] && return
		sleep 0.1
	done
	echo "never came true: $1"
}

# until_line FILE TEXT: waits until the file has the text.
until_line() {
	for _ in $(seq 300); do
		grep -qs "$2" "$1" && return
		sleep 0.1
	done
	echo "never came: $2"
}

# begin SQL: a session on shop_dev in which it has been run, until end_session.
begin() {
	mkfifo session
	PGAPPNAME=holder $psql -d shop_dev < session > session.log 2>&1 &
	session=$!
	exec 9> session
	printf '%s;\n\\echo ready\n' "$1" >&9
	until_line session.log ready
}

end_session() {
	exec 9>&-
	wait "$session"
	rm session
}

waits="SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted"
others 0
