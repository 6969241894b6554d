"""Sqitch, by the system's package manager: "apt-get install sqitch libdbd-pg-perl"."""
from tool import Case, find

TITLE = "Sqitch"
FORMAT = "sqitch"
VERSIONS = ["system"]
HISTORY = [f"sqitch.{table}" for table in ("projects", "changes", "tags", "dependencies", "events")]
IGNORED = ["created_at", "committed_at", "creator_name", "creator_email", "committer_name", "committer_email"]
# The registry's tables are the same but for their comments.
DUMP = ["--no-comments"]


def install(folder, version):
    find("sqitch")


def call(run, *command):
    target = f"db:pg://{run.user}@{run.host}:{run.port}/{run.database}"
    variables = [f"--set={name}={value}" for name, value in run.case.placeholders.items()]
    if command[0] == "status":
        variables = []
    environment = {"SQITCH_FULLNAME": "interop", "SQITCH_EMAIL": "interop@localhost"}
    return run.call("sqitch", *command, *variables, target, cwd=run.directory, environment=environment)


def up(run):
    # Deployed changes stay when a later one fails, because pgassay applies changes one by one.
    return call(run, "deploy", "--verify", "--mode", "change")


def down(run):
    before_last = call(run, "revert", "-y", "--to", "@HEAD^")
    # There is none before the only one.
    return call(run, "revert", "-y") if 'not deployed: "@HEAD^"' in before_last.output else before_last


def pending(run):
    lines = call(run, "status").output.splitlines()
    return "\n".join(line.strip() for line in lines if line.startswith("  *"))


WHO = "Ada Lovelace <ada@example.org>"
HEAD = "%syntax-version=1.0.0\n%project=shop\n"
CONFIG = "[core]\n\tengine = pg\n"


def plan(*lines, head=HEAD):
    """A plan of "name [requires] | note" lines, a minute apart."""
    text = head + "\n"
    for minute, line in enumerate(lines):
        name, _, note = line.partition(" | ")
        text += f"{name} 2024-01-15T10:{minute:02}:00Z {WHO}" + (f" # {note}" if note else "") + "\n"
    return text


def scripts(name, deploy, revert, verify="SELECT 1;"):
    def block(sql):
        return f"-- {name}\nBEGIN;\n{sql}\nCOMMIT;\n"

    return {
        f"deploy/{name}.sql": block(deploy),
        f"revert/{name}.sql": block(revert),
        f"verify/{name}.sql": f"BEGIN;\n{verify}\nROLLBACK;\n",
    }


A = scripts("a", "CREATE TABLE a (id int);", "DROP TABLE a;", "SELECT id FROM a WHERE false;")
B = scripts("b", "CREATE TABLE b (LIKE a);", "DROP TABLE b;")

CASES = [
    Case(
        "ordinary",
        {
            "sqitch.conf": CONFIG,
            "sqitch.plan": plan("a | the first", "b [a] | the \\n second", "@v1 | a tag", "c/d [a @v1 !e]", "e"),
            **A,
            **B,
            **scripts("c/d", "CREATE TABLE c (LIKE b);", "DROP TABLE c;"),
            **scripts("e", "CREATE TABLE e (LIKE b);", "DROP TABLE e;"),
        },
        downs=3,
    ),
    Case(
        "uri_and_places",
        {
            "sqitch.conf": '[core]\n\tengine = pg\n\ttop_dir = db\n; a comment\n[engine "pg"]\n\tclient = psql\n',
            "db/sqitch.plan": plan("a", "b [a]", head=HEAD + "%uri=https://example.org/shop\n# a comment\n"),
            **{f"db/{name}": text for name, text in {**A, **B}.items()},
        },
        downs=2,
    ),
    Case(
        "rework",
        {
            "sqitch.conf": CONFIG,
            "sqitch.plan": plan("a", "@v1", "a [a@v1] | the second a"),
            **{name.replace("a.sql", "a@v1.sql"): text for name, text in A.items()},
            **scripts("a", "ALTER TABLE a ADD b int;", "ALTER TABLE a DROP b;", "SELECT b FROM a WHERE false;"),
        },
        downs=2,
    ),
    Case(
        "psql",
        {
            "sqitch.conf": CONFIG,
            "sqitch.plan": plan("a", "b"),
            **A,
            "deploy/b.sql": "\\set name b2\nCREATE TABLE :name (id int);\n\\i deploy/more.psql\n",
            "deploy/more.psql": "CREATE TABLE :\"other\" (LIKE a);\n",
            "revert/b.sql": "DROP TABLE b2, :other;\n",
            "verify/b.sql": "SELECT 1;\n",
        },
        placeholders={"other": "b3"},
        downs=2,
    ),
    Case("no_revert", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a"), "deploy/a.sql": A["deploy/a.sql"]}),
    Case(
        "half",
        {
            "sqitch.conf": CONFIG,
            "sqitch.plan": plan("a", "b"),
            **A,
            "deploy/b.sql": "CREATE TABLE b (id int);\nCREATE TABLE a (id int);\nCREATE TABLE c (id int);\n",
        },
        fails=True,
    ),
    Case(
        "concurrently",
        {
            "sqitch.conf": CONFIG,
            "sqitch.plan": plan("a", "b"),
            **A,
            "deploy/b.sql": "CREATE INDEX CONCURRENTLY i ON a (id);\nCREATE TABLE b (id int);\n",
            "revert/b.sql": "DROP TABLE b;\nDROP INDEX CONCURRENTLY i;\n",
            "verify/b.sql": "SELECT 1;\n",
        },
        downs=1,
    ),
    Case("unknown_requirement", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a [b]", "b"), **A, **B}, refused=True),
    Case("unknown_conflict", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a", "b [!x]"), **A, **B}, refused=True),
    Case("conflict", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a", "b [!a]"), **A, **B}, refused=True),
    Case("no_project", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a", head=""), **A}, refused=True),
    Case("no_deploy", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a", "b"), **A}, refused=True),
    Case("twice", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a", "a"), **A}, refused=True),
    Case("pragma_below", {"sqitch.conf": CONFIG, "sqitch.plan": plan("a") + "%uri=x\n", **A}, refused=True),
]
