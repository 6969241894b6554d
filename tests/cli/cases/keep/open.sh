# usage: open.sh LOG: opens the database that a run kept, by the command it printed, then ends the server by the other.
psql_command=$(sed -n 's/^kept: //p' "$1")
end_command=$(sed -n 's/^kept server: end and remove it with: //p' "$1")
folder=$(printf '%s' "$psql_command" | sed "s/.*-h '\([^']*\)'.*/\1/")
sh -c "$psql_command -AtX -c \"SELECT count(*) || ' table' FROM pg_tables WHERE schemaname = 'public' AND tablename = 't'\""
sh -c "$end_command"
for i in $(seq 100); do
	[ -e "$folder" ] || { echo "the server and its folder are gone"; exit 0; }
	sleep 0.1
done
echo "still there: $folder"
exit 1
