"""The server that the tools and pgassay run on, and its databases as text."""
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile

HOST = "127.0.0.1"  # not every tool's driver knows Unix sockets
USER = "interop"


def find_bindir():
    """The folder of the server's programs."""
    chosen = os.environ.get("PGASSAY_PG_BINDIR")
    if chosen:
        return pathlib.Path(chosen)
    found = subprocess.run(["pg_config", "--bindir"], stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return pathlib.Path(found.stdout.strip())


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Server:
    """A server on a free port of this machine; with it, `with Server() as server`."""

    def __enter__(self):
        self.bindir = find_bindir()
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgassay-interop-"))
        self.folder.chmod(0o755)
        self.demote = {}
        for name in ("data", "socket"):
            (self.folder / name).mkdir()
            if os.getuid() == 0:  # the server refuses to run as root
                account = pwd.getpwnam(os.environ.get("PGASSAY_PG_USER", "postgres"))
                os.chown(self.folder / name, account.pw_uid, account.pw_gid)
                self.demote = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        self.environment.update(LC_ALL="C.UTF-8")
        self.program("initdb", "-D", self.folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-p {self.port} -c listen_addresses={HOST} -c fsync=off -k {self.folder / 'socket'}"
        self.program(
            "pg_ctl", "-w", "-D", self.folder / "data", "-l", self.folder / "data" / "log", "-o", options, "start"
        )
        return self

    def __exit__(self, *_):
        self.program("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name, *arguments):
        subprocess.run(
            [self.bindir / name, *arguments],
            cwd="/",
            env=self.environment,
            stdout=subprocess.DEVNULL,
            check=True,
            **self.demote,
        )

    def client(self, name, database, *arguments, **options):
        """Runs a client program on the database and gives what it printed."""
        done = subprocess.run(
            [self.bindir / name, "-h", HOST, "-p", str(self.port), "-U", USER, "-d", database, *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
            encoding="utf-8",
            **options,
        )
        return done.stdout

    def psql(self, database, sql):
        return self.client("psql", database, "-XAtq", "-v", "ON_ERROR_STOP=1", input=sql)

    def create(self, database, sql):
        """A new database of that name, in which psql runs the text."""
        self.psql("postgres", f"SET client_min_messages = error; DROP DATABASE IF EXISTS {database} WITH (FORCE);")
        self.psql("postgres", f"CREATE DATABASE {database} TEMPLATE template0")
        self.psql(database, sql)

    def schema(self, database, options=()):
        """What pg_dump prints of the schema, without what differs from run to run."""
        dump = self.client("pg_dump", database, "--schema-only", *options)
        lines = dump.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict", "-- Dumped")))

    def rows(self, database, table, ignored):
        """The rows of the table as sorted text, without the ignored columns; "" when there is no such table."""
        if self.psql(database, f"SELECT to_regclass('{table}') IS NULL").strip() == "t":
            return ""
        columns = ", ".join(f"'{column}'" for column in ignored)
        return f"{table}\n" + self.psql(
            database, f"SELECT row FROM (SELECT (to_jsonb(t) - ARRAY[{columns}]::text[])::text AS row FROM {table} t) r ORDER BY 1"
        )
