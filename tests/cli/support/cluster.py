"""A server of its own, with a standby where it is wanted; everything is gone at the end."""
import glob
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

USER = pwd.getpwnam("postgres") if os.geteuid() == 0 else None


def find_programs():
    """All of a server's programs are in one folder; what is on the path may be a link to one of them."""
    if "PGASSAY_PG_BINDIR" in os.environ:
        return os.environ["PGASSAY_PG_BINDIR"]
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else os.path.dirname(os.path.realpath(shutil.which("initdb")))


PROGRAMS = find_programs()


def give_away(folder):
    """To the one as whom servers run."""
    for path in [folder, *pathlib.Path(folder).rglob("*")] if USER else []:
        os.chown(path, USER.pw_uid, USER.pw_gid, follow_symlinks=False)


def until(condition, what):
    end = time.monotonic() + 90
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"it does not come: {what}")
        time.sleep(0.02)


class Cluster:
    def __init__(self, folder, name, settings):
        self.folder = pathlib.Path(folder) / name
        self.data = self.folder / "data"
        self.settings = settings
        self.server = None
        self.folder.mkdir()
        if USER:
            os.chown(self.folder, USER.pw_uid, USER.pw_gid)

    def run(self, program, *arguments):
        options = {"user": USER.pw_uid, "group": USER.pw_gid} if USER else {}
        subprocess.run([f"{PROGRAMS}/{program}", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder, **options)

    def url(self, database="shop", user="postgres"):
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def psql(self, sql, database="shop", check=True):
        done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", sql], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        if check and done.returncode != 0:
            raise SystemExit(f"{sql}: {done.stderr}")
        return done.stdout.strip()

    def start(self):
        options = {"user": USER.pw_uid, "group": USER.pw_gid} if USER else {}
        with open(self.folder / "log", "ab") as log:
            self.server = subprocess.Popen([f"{PROGRAMS}/postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off",
                                            *(word for setting in self.settings for word in ("-c", setting))],
                                           stdout=log, stderr=log, cwd=self.folder, **options)
        until(lambda: self.psql("SELECT 1", "postgres", check=False) == "1", "the server")

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.send_signal(2)
            self.server.wait(60)


class Session:
    """A session of somebody else, which stays where it is."""

    def __init__(self, cluster, sql, wait=True):
        self.process = subprocess.Popen(["psql", "-qXAt", cluster.url()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        self.process.stdin.write(f"SET application_name = 'shop';\n{sql};\n" + ("SELECT 'there';\n" if wait else ""))
        self.process.stdin.flush()
        while wait and self.process.stdout.readline().strip() != "there":
            pass

    def value(self, sql):
        """One value, asked in the session itself, which has to be idle."""
        self.process.stdin.write(f"{sql};\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.terminate()
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def folder():
    made = tempfile.mkdtemp(prefix="pgassay-cli-")
    os.chmod(made, 0o755)
    return made
