# Sourced: where the kept server is.
export PGHOST PGUSER=postgres
PGHOST=$(sed -n "s/^kept: psql -h '\([^']*\)'.*/\1/p" log)
psql="psql -qAtX -d postgres"

# try WORDS: what drift says when it connects with them.
try() {
	echo "-- $1"
	pgassay drift suite.yaml --target "host=$PGHOST dbname=postgres $1" 2>&1 | sed "s|(host=[^)]*)|(...)|"
}
