# The statistics of a session arrive a moment later.
for i in $(seq 200); do
	psql -qXAt "$(cat url)" -c "SELECT bool_and(n_dead_tup > 7000 AND n_mod_since_analyze > 7000) FROM pg_stat_user_tables WHERE relname IN ('events', 'roomy')" | grep -q t && break
	sleep 0.05
done
psql -qX "$(cat url)" -c 'VACUUM ANALYZE roomy, full_of_rows'
for i in $(seq 200); do
	psql -qXAt "$(cat url)" -c "SELECT bool_and(n_dead_tup = 0 AND n_mod_since_analyze = 0) FROM pg_stat_user_tables WHERE relname IN ('full_of_rows', 'roomy')" | grep -q t && break
	sleep 0.05
done
pgassay inspect --target "$(cat url)" --format json > i.json
python3 - <<'EOF'
import json
for section in json.load(open("i.json")):
    print(section["check_name"], section.get("not_known", ""), *sorted(next(iter(row.values())) for row in section["rows"]))
EOF
