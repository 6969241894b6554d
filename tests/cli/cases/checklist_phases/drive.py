"""Each kind of item in each phase, with a target and without one, once and while a program runs."""
import json
import os
import pathlib
import re
import subprocess

URL = pathlib.Path("url").read_text(encoding="utf-8").strip()
TARGET = ["--target", URL]
WAYS = ([], ["--for", "1s"], ["--", "sh", "-c", "sleep 0.2"], ["--", "sh", "-c", "exit 3"], ["--", "/nowhere/tool"])


def ask(suite, phase, more, program):
    if os.path.exists("e.json"):
        os.remove("e.json")
    done = subprocess.run(["pgassay", "checklist", suite, "--phase", phase, "--evidence", "e.json", "--markdown", "e.md", *more, *program],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    print(f"\n== {suite}, {phase}, {'a target' if more else 'no target'} {' '.join(program)}: exit {done.returncode}")
    if not os.path.exists("e.json"):
        print(done.stdout.strip())
        return
    evidence = json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))
    items = evidence["items"]
    if program:
        print("evidence:", json.dumps(evidence.get("watched")))
        print("\n".join(line for line in pathlib.Path("e.md").read_text(encoding="utf-8").splitlines() if line.startswith(("Watched", "**"))))
    for state in "ticked", "open", "unknown", "waits":
        names = [item["item"] for item in items if item["state"] == state]
        if names:
            print(f"{state}:", *names)
    for item in items:
        if "was not asked" in item["line"]:
            print(f"{item['item']} was not asked")
    print("\n".join(re.sub(r"in \d.*", "in TIME", line) for line in done.stdout.splitlines() if line.startswith(("pgassay:", "hint:"))))


subprocess.run(["pg_dump", "-Fc", "-f", "a.dump", URL], check=True)
for phase in "pre", "during", "post":
    for way in WAYS if phase == "during" else WAYS[:1]:
        ask("all.yaml", phase, TARGET, way)
        ask("apart.yaml", phase, [], way)
ask("all.yaml", "pre", [], [])
ask("all.yaml", "post", TARGET, WAYS[2])
# What a program has changed is seen after its end.
ask("all.yaml", "during", TARGET, ["--", "sh", "-c", 'psql -qX "$(cat url)" -c "ALTER TABLE orders RENAME status TO state"'])
# A program that migrates: its history is complete when it has ended. It has the environment that pgassay was given, and so has a command.
os.environ["PGCONNECT_TIMEOUT"] = "7"
pathlib.Path("m/2_total.sql").write_text("ALTER TABLE orders ADD total int;\n", encoding="utf-8")
MIGRATED = """INSERT INTO _sqlx_migrations SELECT 2, 'total', now(), true, sha384(convert_to(E'ALTER TABLE orders ADD total int;\\n', 'UTF8')), 1"""
pathlib.Path("migrate.sh").write_text(f'''test "$PGCONNECT_TIMEOUT" = 7 && sleep 1.5 && psql -qX "$(cat url)" -c "ALTER TABLE orders RENAME state TO status; ALTER TABLE orders ADD total int; {MIGRATED}"
''', encoding="utf-8")
pathlib.Path("history.yaml").write_text("""suite: shop
databases: { shop: { migrations: m, format: sqlx, rollback: none } }
checklist:
  - { item: history, phase: during, history: complete }
  - { item: command, phase: during, command: { run: [sh, -c, 'test "$PGCONNECT_TIMEOUT" = 7'] } }
""", encoding="utf-8")
ask("history.yaml", "during", TARGET, ["--", "sh", "migrate.sh"])
ask("history.yaml", "during", TARGET, ["--for", "1s", "--", "sleep", "60"])
