# The statistics of a session arrive a moment later.
for i in $(seq 200); do
	psql -qXAt "$(cat url)" -c "SELECT n_dead_tup > 7000 AND n_mod_since_analyze > 7000 FROM pg_stat_user_tables WHERE relname = 'events'" | grep -q t && break
	sleep 0.05
done
pgassay inspect --target "$(cat url)" --format json > i.json
python3 - <<'EOF'
import json
for section in json.load(open("i.json")):
    print(section["check_name"], section.get("not_known", ""), *sorted(next(iter(row.values())) for row in section["rows"]))
EOF
