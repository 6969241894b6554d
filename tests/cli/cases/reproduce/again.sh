# Types each command that the run says, and compares the failure with that of the whole run.
pgassay run suite.yaml > all.txt
sed -n 's/^ *reproduce: //p' all.txt > commands.txt
while read -r command; do
	sh -c "$command" > one.txt
	echo "exit $? of: $command"
	sed -n '/^  FAIL/,/^ *reproduce: /p' one.txt | sed -E 's/ \([0-9.]+ m?s\)$//' > failure.txt
	sed -E 's/ \([0-9.]+ m?s\)$//' all.txt | grep -qF "$(cat failure.txt)" && [ -s failure.txt ] && echo "  the same failure"
done < commands.txt
