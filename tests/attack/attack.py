#!/usr/bin/env python3
"""Attacks the built program, and looks whether anything hangs, lies or is left.

usage: attack.py PGASSAY [--quick] [--kills N] [--soak N] [--seed N] [NAME...]

Each attack is a function below; NAME runs only those. --quick is what CI has time for. --kills is how often a run is killed,
each time at a random moment, on a server of its own and on one that is there (default: 300). --soak runs so many runs of
mixed suites with kills. The last line is: N passed, N failed, N skipped.
"""
import argparse
import ctypes
import os
import pathlib
import pwd
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
HANG = 240  # seconds after which a run is taken for one that hangs; a disk that is busy can stop everything for a minute
GONE = 60  # seconds after its end in which all that it has started must be gone, on a machine that is busy
MEMORY = 100 * 1024  # kilobytes
CLONE_NEWIPC = 0x08000000
# In a namespace of our own, every System V segment is one of ours; only root can have one.
APART = ctypes.CDLL(None).unshare(CLONE_NEWIPC) == 0

MIGRATIONS = {
    "V001__accounts.sql": "CREATE TABLE accounts (id int PRIMARY KEY, name text NOT NULL);\n",
    "U001__accounts.sql": "DROP TABLE accounts;\n",
    "V002__orders.sql": "CREATE TABLE orders (id int PRIMARY KEY, account int REFERENCES accounts);\nSELECT pg_sleep(0.05);\n",
    "U002__orders.sql": "DROP TABLE orders;\n",
    "V003__email.sql": "ALTER TABLE accounts ADD email text;\nCREATE INDEX accounts_email_idx ON accounts (email);\n",
    "U003__email.sql": "ALTER TABLE accounts DROP email;\n",
}


class Failure(Exception):
    pass


def must(condition, text):
    if not condition:
        raise Failure(text)


class World:
    """A folder that is TMPDIR, a mark in the environment of all that is started, and what is left of both."""

    def __init__(self, program):
        self.program = program
        self.mark = uuid.uuid4().hex
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="attack-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.tmp = self.folder / "tmp"
        self.tmp.mkdir()
        self.tmp.chmod(0o755)
        self.environment = dict(os.environ, TMPDIR=str(self.tmp), ATTACK_MARK=self.mark, NO_COLOR="1", LC_ALL="C.UTF-8")
        self.segments = set(self.dead_segments())
        self.n_runs = 0
        self.doing = "at the end"

    def start(self, *arguments, **options):
        self.n_runs += 1
        return subprocess.Popen([self.program, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                stdin=subprocess.DEVNULL, text=True, errors="replace", env=self.environment, cwd=self.folder,
                                **options)

    def processes(self):
        """Of all that still lives of what was started: process id -> command line."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                if self.mark.encode() in (entry / "environ").read_bytes():
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
        return found

    @staticmethod
    def dead_segments():
        """System V segments that nobody uses and whose maker is dead. Where others run servers, too, they are not known."""
        for line in pathlib.Path("/proc/sysvipc/shm").read_text().splitlines()[1:] if APART else []:
            fields = line.split()
            if fields[6] == "0" and not os.path.exists(f"/proc/{fields[4]}"):
                yield f"{fields[1]} of process {fields[4]}"

    def wait_until_gone(self, folders=True):
        deadline = time.monotonic() + GONE
        while True:
            processes = self.processes()
            left = [path.name for path in self.tmp.iterdir() if path.name.startswith("pgassay-") and "cache" not in path.name]
            if not processes and not (folders and left):
                return
            must(time.monotonic() < deadline, f"{self.doing}: left: {processes} {left}")
            time.sleep(0.05)

    def check_segments(self):
        left = set(self.dead_segments()) - self.segments
        must(not left, f"shared memory is left: {left}")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def close(self):
        for process in self.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except OSError:
                pass
        shutil.rmtree(self.folder, ignore_errors=True)


def finish(run, what):
    """The end of a run, which must come."""
    try:
        output = run.communicate(timeout=HANG)[0]
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        raise Failure(f"{what}: hangs") from None
    return run.returncode, output


def postmasters(world):
    for path in world.tmp.glob("pgassay-*/data/postmaster.pid"):
        try:
            yield int(path.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue


def kill(process, number):
    try:
        os.kill(process, number)
    except OSError:
        pass


def check_report(path, what):
    """None of the suites has a migration that fails: what fails is a lie."""
    if path.exists():
        text = path.read_text(encoding="utf-8", errors="replace")
        found = re.search(r"<failure[^>]*>[^<]{0,300}", text)
        must(found is None, f"{what}: a false verdict: {found and found.group(0)}")


def make_suites(world):
    """Suites of several kinds, without a fault in any of them."""
    for name, text in MIGRATIONS.items():
        world.write(f"shop/{name}", text)
    world.write("commands/001_a.sh", "#!/bin/sh\n")
    tool = world.write("commands/tool", TOOL)
    tool.chmod(0o755)
    return [
        world.write("shop.yaml", "suite: shop\nserver: { roles: [attack_app] }\n"
                                 "databases: { shop: { migrations: shop, format: flyway, reset: 2, crash: sample } }\n"),
        world.write("three.yaml", "suite: three\ndatabases:\n" + "".join(
            f"  d{i}: {{ migrations: shop, format: flyway, rollback: restore }}\n" for i in range(3))),
        world.write("tool.yaml", "suite: tool\ndatabases:\n  d:\n    migrations: commands\n"
                                 "    history_table: schema_migrations\n    commands:\n"
                                 "      list: [./tool, list]\n      up: [./tool, up]\n"
                                 "      up_to: [./tool, up, \"{version}\"]\n      directory: commands\n      timeout: 60\n"),
    ]


# A tool that leaves a child in a session of its own, whose outputs are open.
TOOL = """#!/bin/sh
if [ "$1" = list ]; then echo "1 a"; exit; fi
setsid sleep 1000 &
exec flock lock psql -Xq -d "$DATABASE_URL" -c 'CREATE TABLE IF NOT EXISTS schema_migrations (version bigint PRIMARY KEY);
INSERT INTO schema_migrations VALUES (1) ON CONFLICT DO NOTHING; SELECT pg_sleep(0.05)' >/dev/null 2>&1
"""

# --- Kills ------------------------------------------------------------------------------------


def strike(world, run, choice):
    """Ends a run in the way that is drawn; the exit codes that it may have then, and whether its folder may stay."""
    if choice < 0.5:
        run.kill()
        return {-signal.SIGKILL, 0}, False
    if choice < 0.65:
        run.send_signal(signal.SIGINT)
        return {130, 0, -signal.SIGINT}, False
    if choice < 0.75:
        run.send_signal(signal.SIGTERM)
        return {130, 0, -signal.SIGTERM}, False
    for postmaster in postmasters(world):
        if choice >= 0.9:
            try:
                supervisor = int(pathlib.Path(f"/proc/{postmaster}/stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            kill(supervisor if supervisor != 1 else postmaster, signal.SIGKILL)
        else:
            kill(postmaster, signal.SIGKILL)
    if choice >= 0.9:
        run.kill()
        return {-signal.SIGKILL, 0}, True
    return {3, 0}, False


def time_of(world, suite):
    start = time.monotonic()
    code, output = finish(world.start("run", "-q", "--report", "junit=first.xml", suite), suite.name)
    must(code == 0, f"{suite.name}: {output}")
    world.wait_until_gone()
    return time.monotonic() - start


def kills_on_own(world, options, n=None):
    """A run with a server of its own, ended at a random moment in a random way."""
    suites = make_suites(world)
    times = {suite: time_of(world, suite) for suite in suites}
    reports = world.folder / "report.xml"
    for i in range(n or options.kills):
        suite = options.random.choice(suites)
        reports.unlink(missing_ok=True)
        run = world.start("run", "-q", "--report", "junit=report.xml", suite)
        time.sleep(options.random.uniform(0, times[suite] * 1.1))
        choice = options.random.random()
        codes, folder_stays = strike(world, run, choice)
        what = world.doing = f"kill {i} of {suite.name} ({choice:.3f})"
        code, output = finish(run, what)
        must(code in codes, f"{what}: exit code {code}, expected one of {codes}: {output}")
        check_report(reports, what)
        world.wait_until_gone(folders=not folder_stays)
        if folder_stays:  # the next start removes what a killed supervisor has left
            finish(world.start("doctor"), f"{what}, and the start after it")
            world.wait_until_gone()
    world.check_segments()


# --- An existing server --------------------------------------------------------------------------


class Server:
    """A PostgreSQL that ends idle sessions, with things of others on it."""

    def __init__(self, world):
        bindir = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        self.folder = world.folder / "server"
        self.folder.mkdir()
        self.account = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        subprocess.run([bindir / "initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-D", data], check=True,
                       stdout=subprocess.DEVNULL, cwd="/", **self.account)
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "fsync": "off",
                    "idle_in_transaction_session_timeout": "1s", "max_connections": "200"}
        if int(bindir.parent.name) >= 14:
            settings["idle_session_timeout"] = "700ms"
        log = open(world.folder / "server.log", "wb")
        self.process = subprocess.Popen(
            [bindir / "postgres", "-D", data] + [word for name, value in settings.items() for word in ("-c", f"{name}={value}")],
            stdout=log, stderr=log, cwd="/", env={"PATH": os.environ["PATH"]}, **self.account)
        self.url = f"postgresql://postgres@localhost/postgres?host={self.folder}"
        for _ in range(200):
            if self.run("SELECT 1", check=False) == "1":
                break
            time.sleep(0.1)

    def run(self, sql, check=True):
        end = subprocess.run(["psql", "-XAtq", "-d", self.url, "-c", sql], capture_output=True, text=True, check=False)
        must(end.returncode == 0 or not check, end.stderr)
        return end.stdout.strip()

    def names(self):
        return (self.run("SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database"),
                self.run("SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname !~ '^pg_'"))

    def wait_alone(self):
        """Sessions of the dead live for as long as their statements, and may make a database yet."""
        deadline = time.monotonic() + GONE
        while self.run("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()") != "0":
            must(time.monotonic() < deadline, "sessions are left on the server")
            time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)


def plant(server):
    """What looks like ours, and is not."""
    for name in ("customers", "pgassay_deadbeef_1", "pgassay_copy"):
        server.run(f"CREATE DATABASE {name}")
    server.run("COMMENT ON DATABASE customers IS 'pgassay scratch database; run=deadbeef; label=x'")
    server.run("CREATE ROLE theirs; COMMENT ON ROLE theirs IS 'pgassay scratch role; run=deadbeef; label=ours'")


def disturb(server, options, stop):
    """Ends sessions that hold the lock of a run, as a pooler or a firewall would."""
    while not stop.wait(options.random.uniform(0.5, 3)):
        server.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1885823347 "
                   "AND random() < 0.5", check=False)


def kills_on_server(world, options, n=None):
    """Runs on a server that is there, two at once, of which one lives: it must not notice the death of the other."""
    server = Server(world)
    stop = threading.Event()
    disturber = threading.Thread(target=disturb, args=(server, options, stop))
    try:
        plant(server)
        before = server.names()
        suite = make_suites(world)[0]
        start = time.monotonic()
        code, output = finish(world.start("run", "-q", "--server", server.url, "--report", "junit=first.xml", suite), "first")
        must(code == 0, f"first: {output}")
        full = time.monotonic() - start
        disturber.start()
        for i in range(n or options.kills):
            report = world.folder / "victim.xml"
            report.unlink(missing_ok=True)
            run = world.start("run", "-q", "--server", server.url, "--report", "junit=victim.xml", suite)
            other = None
            if i % 5 == 0:
                other = world.start("run", "-q", "--server", server.url, "--report", "junit=other.xml", suite)
            time.sleep(options.random.uniform(0, full * 1.1))
            choice = options.random.random()
            number = signal.SIGKILL if choice < 0.7 else signal.SIGINT if choice < 0.85 else signal.SIGTERM
            run.send_signal(number)
            what = world.doing = f"kill {i} on the server ({number.name})"
            code, output = finish(run, what)
            # A session that was ended under its hands makes it an error of the run, which is 3 (or 1, reported by a check).
            must(code in {-number, 130, 0, 3, 1}, f"{what}: exit code {code}: {output}")
            check_report(report, what)
            if other is not None:
                code, output = finish(other, f"{what}, the one that lives")
                must(code in {0, 3, 1}, f"{what}, the one that lives: exit code {code}: {output}")
                check_report(world.folder / "other.xml", f"{what}, the one that lives")
            world.wait_until_gone()
        stop.set()
        disturber.join()
        for _ in range(20):
            server.wait_alone()
            if server.names() == before:
                break
            finish(world.start("run", "-q", "--server", server.url, "--report", "junit=last.xml", suite), "last")
        must(server.names() == before, f"left on the server, or taken from others: {server.names()} instead of {before}")
        must(server.run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0", "locks are left")
    finally:
        stop.set()
        server.stop()


# --- Leases ----------------------------------------------------------------------------------------

# A test program: 8 workers with so many leases each as its argument says. Rows of another worker that one finds go to a file.
WORKERS = """import json, multiprocessing, os, subprocess, sys, urllib.request

def ask(method, path):
    with urllib.request.urlopen(urllib.request.Request(os.environ["PGASSAY_LEASES"] + path, method=method)) as answer:
        return json.loads(answer.read() or b"null")

def work(number):
    for i in range(int(sys.argv[1])):
        lease = ask("POST", "/databases")
        sql = f"INSERT INTO accounts VALUES ({number * 1000 + i}, 'n'); SELECT count(*) FROM accounts"
        for again in (None, "reset", "rows")[:1 + i % 3]:
            if again:
                ask("POST", f"/databases/{lease['id']}/{again}")
            found = subprocess.run(["psql", "-XAtq", "-d", lease["url"], "-c", sql], capture_output=True, text=True)
            if found.returncode == 0 and found.stdout.strip() != "1":
                with open("not-alone", "a") as file:
                    print(number, i, again, found.stdout, file=file)
        ask("DELETE", f"/databases/{lease['id']}")

if __name__ == "__main__":
    workers = [multiprocessing.Process(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    with open("workers", "w") as file:
        print(*[worker.pid for worker in workers], file=file)
    for worker in workers:
        worker.join()
    with open("worked", "w") as file:
        print(*[worker.exitcode for worker in workers], "lent:", len(ask("GET", "/databases")), file=file)
"""
# Of a program that a signal has ended, or that has lost its server.
ENDED = {0, 1, 3, 130, 143, 128 + signal.SIGHUP}


def start_workers(world, options, *arguments):
    """With --quick 40 leases, else 400."""
    for name in ("workers", "worked"):
        (world.folder / name).unlink(missing_ok=True)
    return world.start("exec", *arguments, "--workers", "8", world.folder / "leased.yaml", "--", sys.executable, "workers.py",
                       "5" if options.quick else "50")


def work_all(world, options, *arguments):
    """Nobody is killed: all that was lent is given back. The time that it takes."""
    start = time.monotonic()
    code, output = finish(start_workers(world, options, *arguments), "all leases")
    worked = (world.folder / "worked").read_text().strip() if (world.folder / "worked").exists() else "nothing"
    must(code == 0 and worked == "0 0 0 0 0 0 0 0 lent: 0", f"all leases: exit code {code}, {worked}: {output}")
    world.wait_until_gone()
    return time.monotonic() - start


def kill_worker(world, options):
    """One of the workers; the others go on."""
    try:
        kill(int(options.random.choice((world.folder / "workers").read_text().split())), signal.SIGKILL)
    except (FileNotFoundError, IndexError):
        pass


def make_leased(world):
    make_suites(world)
    world.write("workers.py", WORKERS)
    world.write("leased.yaml", "suite: leased\ndatabases: { shop: { migrations: shop, format: flyway } }\n")


def kills_of_leases(world, options):
    """Workers, pgassay, its server or its supervisor are killed while eight workers lease: nobody sees another's rows, nothing is left."""
    make_leased(world)
    full = work_all(world, options)
    for i in range(max((options.kills or 0) // 5, 2)):
        run = start_workers(world, options)
        time.sleep(options.random.uniform(0, full))
        choice = options.random.random() * 1.5
        folder_stays = False
        if choice >= 1:
            kill_worker(world, options)
        else:
            _, folder_stays = strike(world, run, choice)
        what = world.doing = f"kill {i} of leases ({choice:.3f})"
        code, output = finish(run, what)
        must(code in ENDED or code < 0, f"{what}: exit code {code}: {output}")
        world.wait_until_gone(folders=not folder_stays)
        if folder_stays:
            finish(world.start("doctor"), f"{what}, and the start after it")
            world.wait_until_gone()
        must(not (world.folder / "not-alone").exists(), f"{what}: a worker has seen rows of another")
    world.check_segments()


def kills_of_leases_on_server(world, options):
    """The same on a server that is there: what a killed pgassay leaves, the next one drops."""
    server = Server(world)
    try:
        plant(server)
        before = server.names()
        make_leased(world)
        full = work_all(world, options, "--server", server.url)
        must(server.names() == before, f"left on the server: {server.names()} instead of {before}")
        for i in range(max((options.kills or 0) // 10, 1)):
            run = start_workers(world, options, "--server", server.url)
            time.sleep(options.random.uniform(0, full))
            run.kill()
            what = world.doing = f"kill {i} of leases on the server"
            finish(run, what)
            world.wait_until_gone()
            must(not (world.folder / "not-alone").exists(), f"{what}: a worker has seen rows of another")
        for _ in range(20):
            server.wait_alone()
            if server.names() == before:
                break
            finish(world.start("exec", "--server", server.url, world.folder / "leased.yaml", "--", "true"), "last")
        must(server.names() == before, f"left on the server, or taken from others: {server.names()} instead of {before}")
    finally:
        server.stop()


# --- Memory ---------------------------------------------------------------------------------------


def peak_memory(world, what, sql):
    """The most memory that the process takes, in kilobytes."""
    world.write("memory/V001__a.sql", sql)
    suite = world.write("memory.yaml", "suite: memory\ndatabases: { d: { migrations: memory, format: flyway } }\n")
    run = world.start("run", "-q", "-j", 4, "--report", "junit=memory.xml", suite)
    peak = 0
    deadline = time.monotonic() + 20 * HANG
    while run.poll() is None:
        must(time.monotonic() < deadline, f"{what}: hangs")
        try:
            found = re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{run.pid}/status").read_text())
            peak = max(peak, int(found.group(1)) if found else 0)
        except OSError:
            pass
        time.sleep(0.02)
    output = run.communicate()[0]
    must(run.returncode == 0, f"{what}: {output}")
    print(f"      {what}: {peak // 1024} MB", flush=True)
    return peak


def memory(world, options):
    """What a migration says and selects, however much it is."""
    n = 20 if options.quick else 1
    cases = {
        "notices": "DO $$ BEGIN FOR i IN 1..%d LOOP RAISE NOTICE 'notice %% of some sixty bytes, more or less, it is', i; "
                   "END LOOP; END $$;" % (3000000 // n),
        "large notices": "DO $$ DECLARE t text := repeat('x', %d); BEGIN FOR i IN 1..20 LOOP RAISE NOTICE '%%', t; END LOOP; "
                         "END $$;" % (50000000 // n),
        "rows": "SELECT n, repeat('x', 500) FROM generate_series(1, %d) n;" % (2000000 // n),
        "COPY": "COPY (SELECT n, repeat('x', 500) FROM generate_series(1, %d) n) TO STDOUT;" % (1000000 // n),
    }
    for what, sql in cases.items():
        must(peak_memory(world, what, sql) < MEMORY, f"{what}: more than {MEMORY // 1024} MB")
    world.wait_until_gone()


# --- Endless waits -----------------------------------------------------------------------------------


def fifos(world, options):
    """A FIFO in the place of every file that is read."""
    del options
    make_suites(world)
    places = {
        "suite.yaml": None,
        "flyway.toml": "databases: { shop: { migrations: shop, format: flyway, config: flyway.toml } }",
        "fixture.yaml": "databases: { shop: { migrations: shop, format: flyway, expect: fixture.yaml } }",
        "schema.sql": "databases: { shop: { migrations: shop, format: flyway, expect: schema.sql } }",
        "sqitch/sqitch.conf": "databases: { shop: { migrations: sqitch, format: sqitch } }",
        "sqitch/sqitch.plan": "databases: { shop: { migrations: sqitch, format: sqitch } }",
        "liquibase/changelog.xml": "databases: { shop: { migrations: liquibase, format: liquibase } }",
        "detected/changelog.xml": "databases: { shop: { migrations: detected } }",
        "plain/001_a.sql": "databases: { shop: { migrations: plain, format: plain } }",
    }
    for name, text in places.items():
        path = world.folder / name
        path.parent.mkdir(exist_ok=True)
        os.mkfifo(path)
        suite = world.write("fifo.yaml", f"suite: fifo\n{text}\n") if text else path
        code, output = finish(world.start("run", "-q", suite), name)
        must(code in {1, 2}, f"{name}: exit code {code}: {output}")
        path.unlink()
    world.wait_until_gone()


def postmaster_file(world, options):
    """SQL that puts something else in the place of postmaster.pid, which root reads."""
    del options
    for what in ("mkfifo postmaster.pid", "ln -s /dev/zero postmaster.pid", "mkdir postmaster.pid"):
        world.write("hostile/V001__a.sql", f"COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm -f postmaster.pid; {what}';\n")
        suite = world.write("hostile.yaml", "suite: hostile\ndatabases: { d: { migrations: hostile, format: flyway } }\n")
        finish(world.start("run", "-q", suite), what)
        world.wait_until_gone()


def tools(world, options):
    """A tool that closes its output and sleeps, or leaves what does."""
    del options
    bodies = ("exec >/dev/null 2>&1; exec sleep 1000", "setsid sleep 1000 & sleep 1000",
              "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 1000; sleep 1000' & exec >/dev/null 2>&1; sleep 1000; sleep 1000")
    for body in bodies:
        world.write("hanging/001_a.sh", "#!/bin/sh\n")
        tool = world.write("hanging/tool", f"#!/bin/sh\nif [ \"$1\" = list ]; then echo '1 a'; exit; fi\n{body}\n")
        tool.chmod(0o755)
        suite = world.write("hanging.yaml", "suite: hanging\ndatabases:\n  d:\n    migrations: hanging\n"
                                            "    history_table: schema_migrations\n    commands:\n"
                                            "      list: [./tool, list]\n      up: [./tool, up]\n"
                                            "      up_to: [./tool, up, \"{version}\"]\n      directory: hanging\n      timeout: 1\n")
        code, output = finish(world.start("run", "-q", "--report", "junit=tool.xml", suite), body)
        must(code == 1, f"{body}: exit code {code}: {output}")
        world.wait_until_gone()


def limits(world, options):
    """--timeout ends whatever runs, and says what it was."""
    del options
    world.write("slow/V001__a.sql", "SELECT pg_sleep(1000);\n")
    suite = world.write("slow.yaml", "suite: slow\ndatabases: { d: { migrations: slow, format: flyway } }\n")
    code, output = finish(world.start("run", "--timeout", "4s", "--report", "junit=slow.xml", suite), "--timeout")
    must(code == 3 and "V001__a.sql" in output and "pg_sleep(1000)" in output, f"exit code {code}: {output}")
    world.wait_until_gone()


def soak(world, options):
    """Many runs of mixed suites with kills: all is as before."""
    before = len(os.listdir("/proc/self/fd"))
    kills_on_own(world, options, options.soak // 2)
    kills_on_server(world, options, options.soak // 2)
    must(len(os.listdir("/proc/self/fd")) <= before + 2, "descriptors are left")
    print(f"      {world.n_runs} runs", flush=True)


ATTACKS = [fifos, postmaster_file, tools, limits, memory, kills_on_own, kills_on_server, kills_of_leases, kills_of_leases_on_server]


def attack(function, options, program):
    world = World(program)
    start = time.monotonic()
    try:
        function(world, options)
        world.wait_until_gone()
        print(f"ok    {function.__name__} ({world.n_runs} runs, {time.monotonic() - start:.1f} s)", flush=True)
        return True
    except Failure as failure:
        print(f"FAIL  {function.__name__} (seed {options.seed}, after {world.n_runs} runs): {failure}", flush=True)
        return False
    finally:
        world.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--kills", type=int, default=None)
    parser.add_argument("--soak", type=int, nargs="?", const=500, default=0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 30))
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_intermixed_args()
    options.kills = options.kills or (5 if options.quick else 300)
    options.random = random.Random(options.seed)
    wanted = [soak] if options.soak else [f for f in ATTACKS if not options.names or f.__name__ in options.names]
    results = [attack(function, options, options.program.resolve()) for function in wanted]
    print(f"{results.count(True)} passed, {results.count(False)} failed, 0 skipped")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
