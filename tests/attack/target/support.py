"""What the attacks share: servers, the program, listeners that do not behave."""
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "interop"))
from server import Server as Base  # noqa: E402

TIMEOUT = 120  # seconds: a command that takes longer hangs

MIGRATIONS = {
    "1_orders.sql": "CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text);",
    "2_total.sql": "ALTER TABLE shop.orders ADD COLUMN total numeric(10, 2) NOT NULL DEFAULT 0;",
}
SUITE = "suite: shop\ndatabases:\n  shop:\n    migrations: {}\n"


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(str(each) for each in what))


class Server(Base):
    """A server on TCP and on a Unix socket, with the superuser "interop"."""

    def url(self, database, **more):
        socket_folder = self.folder / "socket"
        return f"host={socket_folder} port={self.port} user=interop dbname={database}" + "".join(f" {k}={v}" for k, v in more.items())

    def create(self, database):
        """A database with the schema shop and three rows, as the migrations have made it."""
        self.psql("postgres", f'CREATE DATABASE "{database}"')
        for text in MIGRATIONS.values():
            self.psql(database, text)
        self.psql(database, "CREATE TABLE schema_migrations (version text PRIMARY KEY);"
                  " INSERT INTO schema_migrations VALUES ('1_orders'), ('2_total');"
                  " INSERT INTO shop.orders SELECT generate_series(1, 3)")

    def rows(self, database):
        """How many rows the table has; -1: it is gone."""
        found = self.psql(database, "SELECT to_regclass('shop.orders') IS NOT NULL")
        return int(self.psql(database, "SELECT count(*) FROM shop.orders")) if found.strip() == "t" else -1

    def hold(self, database, sql):
        """A session in a transaction in which the statement has been run; end it by .kill()."""
        holder = subprocess.Popen(
            [self.bindir / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", "interop", "-d", database],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        holder.stdin.write(f"BEGIN; {sql};\n\\echo ready\n")
        holder.stdin.flush()
        while "ready" not in holder.stdout.readline():
            check(holder.poll() is None, "the session that holds locks has ended")
        return holder


class Program:
    """pgassay in a folder of its own, with a suite of the migrations above."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        self.temporary = tempfile.TemporaryDirectory(prefix="pgassay-attack-")
        self.folder = pathlib.Path(self.temporary.name)
        self.folder.chmod(0o755)
        self.output = ""  # of all commands
        (self.folder / "shop").mkdir()
        for name, text in MIGRATIONS.items():
            self.write(f"shop/{name}", text)
        self.write("suite.yaml", SUITE.format("shop"))
        self.write("snapshot.yaml", "schemas: {}\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def start(self, *arguments, **variables):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG") or k.startswith("PGASSAY_")}
        environment.update(NO_COLOR="1", LC_ALL="C.UTF-8", **variables)
        return subprocess.Popen([self.path, *map(str, arguments)], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(self, process):
        try:
            output = process.communicate(timeout=TIMEOUT)[0].decode("utf-8", "replace")  # with its carriage returns
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise AssertionError(f"{process.args[1:]} hangs") from None
        self.output += output
        return process.returncode, output

    def run(self, *arguments, **variables):
        return self.finish(self.start(*arguments, **variables))

    def expect(self, code, *arguments, **variables):
        found, output = self.run(*arguments, **variables)
        check(found == code, arguments, "ended with", found, "and not with", code, "\n" + output)
        return output

    def expect_within(self, seconds, code, *arguments, **variables):
        start = time.monotonic()
        output = self.expect(code, *arguments, **variables)
        taken = time.monotonic() - start
        check(taken < seconds, arguments, f"took {taken:.1f} s, more than {seconds}")
        return output

    def interrupt(self, seconds, process, after=1.0):
        """One Ctrl-C; it has to be enough."""
        time.sleep(after)
        check(process.poll() is None, process.args[1:], "did not wait")
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        code, output = self.finish(process)
        check(time.monotonic() - start < seconds, process.args[1:], "went on after Ctrl-C")
        check(code == 130, process.args[1:], "ended with", code, "after Ctrl-C\n" + output)


class Proxy:
    """A listener whose connection number i goes to targets[i] (the last one for all further ones); None: it is accepted, and nothing is
    ever said. stop(): what is open stays open, and no byte passes any more. `limit`: no more connections are listened for."""

    def __init__(self, *targets, limit=None):
        self.targets = targets
        self.stopped = False
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.limit = limit
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for number in range(self.limit or 1000):
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.sockets.append(client)
            target = self.targets[min(number, len(self.targets) - 1)]
            if target is not None:
                server = socket.create_connection(("127.0.0.1", target))
                self.sockets.append(server)
                threading.Thread(target=self.forward, args=(client, server), daemon=True).start()
        self.listener.close()

    def forward(self, client, server):
        others = {client: server, server: client}
        while True:
            ready, _, _ = select.select([client, server], [], [], 1)
            if self.stopped:
                continue
            for each in ready:
                try:
                    data = each.recv(65536)
                except OSError:
                    data = b""
                if not data:
                    client.close()
                    server.close()
                    return
                others[each].sendall(data)

    def url(self, database, **more):
        return f"host=127.0.0.1 port={self.port} user=interop dbname={database}" + "".join(f" {k}={v}" for k, v in more.items())

    def close(self):
        self.stopped = True
        self.listener.close()
        for each in self.sockets:
            each.close()
