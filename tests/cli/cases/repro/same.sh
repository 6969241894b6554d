# For a failure in each stage: the database that a run keeps, the bundle's on another "machine", and the shell's hold the same.
export TMPDIR=$PWD/tmp PGASSAY_SEED=77 PGASSAY_REPRO=
mkdir -p tmp elsewhere
dump() { pg_dump "$@" | grep -vE '^--|restrict|^$' | sha256sum | cut -d' ' -f1; }
end() { sh -c "$(grep -o 'kill [0-9]*' "$1")"; }
pgassay run -q --keep-failed broken.yaml suite.yaml > run.log 2>&1
mv build/reports/repro elsewhere/; mkdir -p gone; mv broken migrations broken.yaml suite.yaml gone/
while IFS=: read -r suite case; do
	kept=$(dump $(sed -n "s/'//g; s|^kept, as it was when $case failed: psql ||p" run.log))
	(cd elsewhere; pgassay repro --print-url --case "$case" "repro/$suite.tar.zst") > url 2> log; bundle=$(dump "$(cat url)"); end log
	(cd gone; pgassay shell --print-url --case "$case" "$suite.yaml") > url 2> log; shell=$(dump "$(cat url)"); end log
	[ "$kept" = "$bundle" ] && [ "$kept" = "$shell" ] && echo "the same: $case, $(grep 'the database' log)" || echo "not the same: $case: $kept $bundle $shell"
done <<END
broken:shop/forward/2_b.up.sql
suite:shop/query/nobody has ordered
suite:shop/round trip/3_index.up.sql
suite:shop/rows/4_note_required.up.sql
suite:shop/crash/5_tags.up.sql
END
end run.log
for i in $(seq 300); do [ -z "$(ls tmp)" ] && break; sleep 0.1; done; ls tmp
