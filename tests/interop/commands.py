#!/usr/bin/env python3
"""Runs pgassay on small projects of tools whose migrations are code, through the tools' own commands; see script/interop-commands.

usage: commands.py PGASSAY [TOOL...]

Each project has to pass; then one way down is broken, and exactly its round trip has to fail. Alembic and Django run once more without a
suite ("pgassay check"): with a branch that is right, with one that makes two ends, with one that merges them, and with one that needs a
superuser; Django with two apps, of which each has new migrations. The impact of code is observed in each of them.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import driver
import tool as tools

ALEMBIC_ENV = """import os
from alembic import context
from sqlalchemy import create_engine, pool

with create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
DJANGO_SETTINGS = """import os
SECRET_KEY = "x"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ.get("PGDATABASE"),
    "USER": os.environ.get("PGUSER"), "HOST": os.environ.get("PGHOST"), "PORT": os.environ.get("PGPORT")}}
"""
DJANGO_MANAGE = """import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""


def django_migration(dependencies, operations):
    return (
        "from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = {dependencies}\n    operations = [{operations}]\n"
    )


# Name: version, how it is installed, files, the suite's database, and what breaks a way down (file, old, new, case).
TOOLS = {
    "alembic": (
        "1.20.1",
        lambda folder, version: tools.pip_install(folder, f"alembic=={version}", "psycopg[binary]"),
        {
            "alembic.ini": "[alembic]\nscript_location = scripts\n",
            "scripts/env.py": ALEMBIC_ENV,
            "scripts/script.py.mako": "",
            "scripts/versions/a1_users.py": "from alembic import op\nimport sqlalchemy as sa\nrevision = 'a1'\n"
            "down_revision = None\ndef upgrade():\n    op.create_table('users', sa.Column('id', sa.Integer, "
            "primary_key=True))\ndef downgrade():\n    op.drop_table('users')\n",
            "scripts/versions/b2_email.py": "from alembic import op\nimport sqlalchemy as sa\nrevision = 'b2'\n"
            "down_revision = 'a1'\ndef upgrade():\n    op.add_column('users', sa.Column('email', sa.Text))\n    "
            "op.create_index('users_email', 'users', ['email'])\ndef downgrade():\n    op.drop_column('users', 'email')\n",
        },
        """
    migrations: scripts/versions
    history_table: alembic_version
    settings: { before_first: base }
    commands:
      list: [sh, -c, "TOOL/bin/alembic history | tac | sed 's/.*-> *\\\\([^ ,]*\\\\).*/\\\\1/'"]
      up: [flock, lock, TOOL/bin/alembic, upgrade, head]
      up_to: [TOOL/bin/alembic, upgrade, "{version}"]
      down_to: [TOOL/bin/alembic, downgrade, "{previous}"]
""",
        ("scripts/versions/b2_email.py", "drop_column('users', 'email')", "drop_index('users_email')", "b2"),
    ),
    "django": (
        "5.2",
        lambda folder, version: tools.pip_install(folder, f"django=={version}", "psycopg[binary]"),
        {
            "manage.py": DJANGO_MANAGE,
            "settings.py": DJANGO_SETTINGS,
            "shop/__init__.py": "",
            "shop/migrations/__init__.py": "",
            "shop/migrations/0001_users.py": django_migration(
                "[]", "migrations.CreateModel('User', [('id', models.BigAutoField(primary_key=True))])"
            ),
            "shop/migrations/0002_email.py": django_migration(
                "[('shop', '0001_users')]",
                "migrations.RunSQL('ALTER TABLE shop_user ADD email text', 'ALTER TABLE shop_user DROP email')",
            ),
        },
        """
    migrations: shop/migrations
    history_table: django_migrations
    settings: { before_first: zero, version: name }
    commands:
      list: [sh, -c, "cd shop/migrations && ls [0-9]*.py | sed 's/.py$//'"]
      up: [flock, lock, TOOL/bin/python, manage.py, migrate]
      up_to: [TOOL/bin/python, manage.py, migrate, shop, "{version}"]
      down_to: [TOOL/bin/python, manage.py, migrate, shop, "{previous}"]
""",
        ("shop/migrations/0002_email.py", "DROP email", "RENAME email TO e", "0002_email"),
    ),
    "knex": (
        "3.1.0",
        lambda folder, version: tools.npm_install(folder, f"knex@{version}", "pg@8"),
        {
            "knexfile.js": 'module.exports = { client: "pg", connection: process.env.DATABASE_URL };\n',
            "migrations/1_users.js": "exports.up = (knex) => knex.schema.createTable('users', (t) => { t.increments('id'); });\n"
            "exports.down = (knex) => knex.schema.dropTable('users');\n",
            "migrations/2_email.js": "exports.up = (knex) => knex.schema.alterTable('users', (t) => { "
            "t.text('email').index('users_email'); });\n"
            "exports.down = (knex) => knex.schema.alterTable('users', (t) => { t.dropColumn('email'); });\n",
        },
        """
    migrations: migrations
    history_table: knex_migrations
    commands:
      environment: { NODE_PATH: TOOL/node_modules }
      up: [flock, lock, TOOL/node_modules/.bin/knex, "migrate:latest"]
      up_to: [TOOL/node_modules/.bin/knex, "migrate:up", "{name}"]
      down_to: [TOOL/node_modules/.bin/knex, "migrate:down", "{name}"]
""",
        ("migrations/2_email.js", "t.dropColumn('email')", "t.dropIndex('email', 'users_email')", "2_email.js"),
    ),
    "yoyo": (
        "9.0.0",
        lambda folder, version: tools.pip_install(
            folder, f"yoyo-migrations=={version}", "psycopg2-binary", "setuptools<81"
        ),
        {
            "migrations/0001_users.py": "from yoyo import step\nsteps = [step('CREATE TABLE users (id int PRIMARY KEY)', "
            "'DROP TABLE users')]\n",
            "migrations/0002_email.py": "from yoyo import step\n__depends__ = {'0001_users'}\nsteps = [step('ALTER TABLE users ADD "
            "email text', 'ALTER TABLE users DROP email')]\n",
        },
        """
    migrations: migrations
    history_table: _yoyo_migration
    commands:
      list: [sh, -c, "cd migrations && ls [0-9]*.py | sed 's/.py$//'"]
      up: [flock, lock, TOOL/bin/yoyo, apply, --batch, --no-config-file, --database, "postgresql://{user}@/{database}?host={host}&port={port}", migrations]
      up_to: [TOOL/bin/yoyo, apply, --batch, --no-config-file, --database, "postgresql://{user}@/{database}?host={host}&port={port}", -r, "{version}", migrations]
      down_to: [TOOL/bin/yoyo, rollback, --batch, --no-config-file, --database, "postgresql://{user}@/{database}?host={host}&port={port}", -r, "{version}", migrations]
""",
        ("migrations/0002_email.py", "DROP email", "RENAME email TO e", "0002_email"),
    ),
}


def run(program, folder):
    """The exit code, and what failed, as "STAGE CASE"."""
    done = tools.call(program, "run", "--quiet", "suite.yaml", cwd=folder)
    failed = re.findall(r"^  FAIL  shop (.*?)(?: \(.*\))?$", done.output.split("not ok:")[0], re.MULTILINE)
    return done, [" ".join(line.split()) for line in failed]


def compare(program, name):
    """True when the project passes, and fails when it should."""
    version, install, files, database, (path, old, new, case) = TOOLS[name]
    module = type("Module", (), {"install": staticmethod(install)})
    installed = driver.install(module, f"commands-{name}", version)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "project"
        suite = "suite: shop\ndatabases:\n  shop:" + database.replace("TOOL", str(installed))
        driver.write(folder, {**files, "suite.yaml": suite})
        done, failed = run(program, folder)
        if done.status != 0:
            print(done.output)
            return False
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")
        done, failed = run(program, folder)
        if failed != [f"round trip {case}"]:
            print(f"expected the round trip of {case} to fail, and nothing else; failed: {failed}\n{done.output}")
            return False
    return name not in CHECKS or check_without_suite(program, name, files, installed)


ALEMBIC_REVISION = "revision = '{0}'\ndown_revision = {1}\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n"
EVENT_TRIGGER = "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()"
NO_EVENT_TRIGGER = "DROP EVENT TRIGGER t; DROP FUNCTION f()"
# Name: the environment's folder, and per branch its new files, and which stage fails with which words; None: all pass, and the new files
# go down to the base together.
CHECKS = {
    "alembic": (
        ".venv",
        [
            ({"scripts/versions/c3_good.py": ALEMBIC_REVISION.format("c3", "'b2'")}, None),
            ({"scripts/versions/d4_other.py": ALEMBIC_REVISION.format("d4", "'b2'")}, ("history", "Multiple head revisions")),
            ({"scripts/versions/e5_merge.py": ALEMBIC_REVISION.format("e5", "('c3', 'd4')")}, None),
            (
                {
                    "scripts/versions/f6_trigger.py": "from alembic import op\nrevision = 'f6'\ndown_revision = 'e5'\ndef upgrade():\n"
                    f'    op.execute("{EVENT_TRIGGER}")\ndef downgrade():\n    op.execute("{NO_EVENT_TRIGGER}")\n'
                },
                ("owner", "permission denied to create event trigger"),
            ),
        ],
    ),
    "django": (
        "venv",
        [
            ({"shop/migrations/0003_good.py": django_migration("[('shop', '0002_email')]", "")}, None),
            ({"shop/migrations/0003_other.py": django_migration("[('shop', '0002_email')]", "")}, ("history", "Conflicting migrations")),
            (
                {"shop/migrations/0004_merge.py": django_migration("[('shop', '0003_good'), ('shop', '0003_other')]", "")},
                None,
            ),
            (
                {
                    "shop/migrations/0005_trigger.py": django_migration(
                        "[('shop', '0004_merge')]", f'migrations.RunSQL("{EVENT_TRIGGER}", "{NO_EVENT_TRIGGER}")'
                    )
                },
                ("owner", "permission denied to create event trigger"),
            ),
        ],
    ),
}


# A second app, which depends on the first one: more files of the base, and more of the branch that adds the first file.
APPS = {
    "django": (
        {
            "settings.py": DJANGO_SETTINGS.replace('["shop"]', '["shop", "billing"]'),
            "billing/__init__.py": "",
            "billing/migrations/__init__.py": "",
            "billing/migrations/0001_invoice.py": django_migration(
                "[('shop', '0001_users')]",
                "migrations.CreateModel('Invoice', [('id', models.BigAutoField(primary_key=True)), "
                "('user', models.ForeignKey('shop.User', models.CASCADE))])",
            ),
        },
        {
            "billing/migrations/0002_note.py": django_migration(
                "[('billing', '0001_invoice'), ('shop', '0003_good')]",
                "migrations.AddField('Invoice', 'note', models.TextField(default=''))",
            )
        },
    ),
}


def git(folder, *arguments):
    done = tools.call("git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments, cwd=folder)
    assert done.status == 0, done.output


def is_as_expected(done, expected, several):
    """Whether that stage is the first to fail, with these words; where none does, several new ones have gone down to the base."""
    failed = re.findall(r"^  FAIL  \S+ (\S+) .*\n +(.*)", done.output.split("not ok:")[0], re.MULTILINE)
    if expected is None:
        down = re.search(r"^  ok    \S+ down to the base .*the schema and the rows of the base", done.output, re.MULTILINE)
        impact = re.search(r"^  ok    \S+ impact ", done.output, re.MULTILINE)
        return done.status == 0 and impact is not None and (down is not None or not several)
    return done.status == 1 and bool(failed) and failed[0][0] == expected[0] and expected[1] in failed[0][1]


def check_without_suite(program, name, files, installed):
    """True when each branch passes, or fails where it has to, in the tool's own words."""
    environment, branches = CHECKS[name]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "project"
        base, more = APPS.get(name, ({}, {}))
        driver.write(folder, {**files, **base, ".gitignore": f"{environment}\nbuild\n__pycache__\n"})
        git(folder, "init", "-q", "-b", "main")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", "base")
        (folder / environment).symlink_to(installed)
        for number, (added, expected) in enumerate(branches):
            for path, text in {**added, **(more if number == 0 else {})}.items():
                (folder / path).write_text(text, encoding="utf-8")
            done = tools.call(program, "check", "--verbose", "--base", "main", cwd=folder)
            if not is_as_expected(done, expected, number > 0 or len(more) > 0):
                print(f"expected {expected or 'no failure'} of {', '.join(added)}:\n{done.output}")
                return False
    return True


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    counts = {"right": 0, "wrong": 0, "left out": 0}
    for name in sys.argv[2:] or TOOLS:
        try:
            outcome = "right" if compare(program, name) else "wrong"
        except (tools.Missing, OSError, subprocess.TimeoutExpired) as reason:
            outcome = "left out"
            print(f"left out: {name}: {reason}")
        counts[outcome] += 1
        print(f"{outcome}: {name}", flush=True)
    print(f"{counts['right']} right, {counts['wrong']} wrong, {counts['left out']} left out")
    sys.exit(3 if counts["right"] + counts["wrong"] == 0 else counts["wrong"] > 0)


if __name__ == "__main__":
    main()
