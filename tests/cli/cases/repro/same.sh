# For a failure in each stage: the database that a run keeps, that of the bundle elsewhere, and that of the shell hold the same.
export TMPDIR=$PWD/tmp PGASSAY_SEED=77 PGASSAY_REPRO=
dump() { pg_dump "$@" | grep -vE '^--|restrict|^$' | sha256sum | cut -d' ' -f1; }
end() { sh -c "$(grep -o 'kill [0-9]*' "$1")"; }
begin() {
	mkdir -p tmp elsewhere gone
	pgassay run -q --keep-failed broken.yaml suite.yaml crash.yaml > run.log 2>&1
	mv build/reports/repro elsewhere/ && mv broken migrations crashes *.yaml gone/
}
compare() {
	kept=$(dump $(sed -n "s/'//g; s|^kept, as it was when $2 failed: psql ||p" run.log))
	(cd elsewhere; pgassay repro --print-url --case "$2" "repro/$1.tar.zst") > url 2> log; bundle=$(dump "$(cat url)"); end log
	(cd gone; pgassay shell --print-url --case "$2" "$1.yaml") > url 2> log; shell=$(dump "$(cat url)"); end log
	[ "$kept" = "$bundle" ] && [ "$kept" = "$shell" ] && echo "the same, $(grep 'the database' log)" || echo "not the same: $kept $bundle $shell"
}
leave() {
	end run.log
	for i in $(seq 600); do [ -z "$(ls tmp)" ] && break; sleep 0.1; done; ls tmp
}
"$@"
