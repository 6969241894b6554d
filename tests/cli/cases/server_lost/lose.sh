# usage: lose.sh HOW LINES: ends the server (SERVER, BACKEND) or the run (INT) when the run has written so many lines, and
# says what the report makes of it.
rm -rf tmp build log && mkdir -p tmp && : > log
TMPDIR=$PWD/tmp env --default-signal pgassay run --verbose suites/kb.yaml > log 2>&1 &
run=$!
while [ "$(wc -l < log)" -lt "$2" ] && kill -0 "$run" 2> /dev/null; do sleep 0.002; done
server=$(head -1 tmp/*/data/postmaster.pid 2> /dev/null)
case $1 in
SERVER) kill -KILL "$server" ;;
BACKEND) kill -KILL "$(pgrep -P "$server" -f 'postgres: .*pgassay_' | head -1)" ;;
*) kill -s "$1" "$run" ;;
esac
wait "$run"
echo "exit $?"
python3 - <<'EOF'
import xml.etree.ElementTree as tree
root = tree.parse("build/reports/junit.xml").getroot()
print(len(list(root.iter("failure"))), "failures,", len(list(root.iter("error"))), "error")
print(next(root.iter("error")).get("message").split(":")[0])
EOF
