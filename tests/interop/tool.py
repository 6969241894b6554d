"""What the modules in tools/ are made of: cases, a run, and installing by the package manager that people use.

A module tools/NAME.py has

  TITLE      the tool's name
  FORMAT     pgassay's name of it
  VERSIONS   the versions to compare with; each is installed into a folder of its own
  HISTORY    the history tables, "schema.table"; those that are not there are passed over
  IGNORED    columns of the history tables that cannot be equal: clocks and durations
  DUMP       options of pg_dump for the comparison of schemas, where some difference is known; may be left out
  CASES      a list of Case
  install(folder, version)  puts the tool into the empty folder, or raises Missing
  up(run)    applies everything that is pending, as the tool does it; gives its Result
  down(run)  takes the last migration back; a module without it has no downs
  pending(run)  what the tool says is pending, as text; "" for nothing. Without it, `up` is run again and has to change
                nothing
"""
import dataclasses
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT = 600  # seconds: for installing, and far more than any run needs


class Missing(Exception):
    """The tool cannot be had here; the text says why."""


@dataclasses.dataclass
class Case:
    """One directory of migrations and what is done with it."""

    name: str
    files: dict = dataclasses.field(default_factory=dict)  # path -> text
    second: dict = None  # the directory as it has become when both are run a second time
    directory: str = None  # instead of files: a folder of the repository
    before: str = ""  # SQL that psql runs in the database first
    downs: int = 0  # how many migrations are taken back afterwards, one by one
    settings: dict = dataclasses.field(default_factory=dict)  # pgassay's, and the tool's as its module maps them
    placeholders: dict = dataclasses.field(default_factory=dict)
    config: str = None  # a file of the directory, or of the repository
    history_table: str = None
    history: list = None  # instead of the module's HISTORY
    refused: bool = False  # both give up, but pgassay before it looks at the database: that alone is compared
    stricter: bool = False  # the tool goes on, pgassay does not: its format's page says why
    second_stricter: bool = False  # the same, in the second run only
    fails: bool = False  # both give up; the states that they leave are compared
    pending: bool = False  # something stays pending although the run succeeded
    since: tuple = ()  # the first version of the tool that has it


@dataclasses.dataclass
class Result:
    status: int
    output: str


@dataclasses.dataclass
class Run:
    """One call of a tool: where it is installed, on which files, on which database."""

    tool: pathlib.Path
    version: str
    case: Case
    directory: pathlib.Path
    database: str
    host: str
    port: int
    user: str

    @property
    def url(self):
        return f"postgres://{self.user}@{self.host}:{self.port}/{self.database}?sslmode=disable"

    @property
    def config(self):
        """The configuration file of the case: one of the repository, or of the directory where it has one; or None."""
        name = self.case.config
        path = ROOT / name if name and "/" in name else self.directory / (name or ".")
        return str(path) if path.is_file() else None

    def call(self, *arguments, **options):
        """Runs the program; PG* and the like lead to the database."""
        environment = dict(
            os.environ,
            PGHOST=self.host,
            PGPORT=str(self.port),
            PGUSER=self.user,
            PGDATABASE=self.database,
            PGSSLMODE="disable",
            DATABASE_URL=self.url,
            **options.pop("environment", {}),
        )
        return call(*arguments, env=environment, **options)


def call(*arguments, **options):
    """Runs a program to its end: its status, and what it printed."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT,
        check=False,
        **options,
    )
    return Result(done.returncode, done.stdout.decode(errors="replace"))


# --- Installing -----------------------------------------------------------


def find(program, *folders):
    """The path of the program, or Missing."""
    found = shutil.which(program, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if found is None:
        raise Missing(f"there is no {program}")
    return found


def install_by(*arguments, **options):
    """Runs an installer; Missing with the last line of what it said when it fails."""
    done = call(*arguments, **options)
    if done.status != 0:
        lines = done.output.strip().splitlines() or ["it said nothing"]
        raise Missing(f"{pathlib.Path(arguments[0]).name} could not install it: {lines[-1]}")


def go_install(folder, *packages, tags=""):
    """Programs of Go modules ("path@version"), into the folder."""
    go = find("go", "/usr/local/go/bin")
    for package in packages:
        install_by(go, "install", "-tags", tags, package, env=dict(os.environ, GOBIN=str(folder), GOFLAGS=""))


def go_build(folder, sources, program):
    """A program of ours that uses a Go module: its sources (name -> text, go.mod among them), built in the folder."""
    go = find("go", "/usr/local/go/bin")
    for name, text in sources.items():
        (folder / name).write_text(text, encoding="utf-8")
    environment = dict(os.environ, GOFLAGS="-mod=mod")
    install_by(go, "build", "-o", program, ".", cwd=folder, env=environment)


def npm_install(folder, *packages):
    """Packages ("name@version") into the folder's node_modules."""
    install_by(find("npm"), "install", "--no-audit", "--no-fund", "--prefix", folder, *packages)


def pip_install(folder, *packages):
    """Packages ("name==version") into a virtual environment in the folder."""
    install_by(find("python3"), "-m", "venv", folder)
    install_by(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *packages)


def cargo_install(folder, *arguments):
    """A program of crates.io: "name@version" and cargo's own options; it is in the folder's bin/."""
    install_by(find("cargo"), "install", "--quiet", "--locked", "--root", folder, *arguments)
