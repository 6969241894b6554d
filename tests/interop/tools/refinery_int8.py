"""refinery_cli, built by cargo with versions of 64 bits."""
from tool import Case, cargo_install
from tools import refinery

TITLE = "refinery with int8-versions"
FORMAT = refinery.FORMAT
VERSIONS = refinery.VERSIONS
HISTORY = refinery.HISTORY
IGNORED = refinery.IGNORED

up = refinery.up


def install(folder, version):
    cargo_install(folder, f"refinery_cli@{version}", "--no-default-features", "--features", "postgresql,int8-versions")


LARGE = {"int8-versions": "true"}

CASES = [
    Case(
        "large_versions",
        {"V20240504090241__a.sql": "CREATE TABLE a ();", "V3__c.sql": "CREATE TABLE c ();", "U9223372036854775807__z.sql": ""},
        settings=LARGE,
    ),
    Case(
        "divergent",
        {"V20240504090241__a.sql": "CREATE TABLE a ();"},
        second={"V20240504090241__a.sql": "CREATE TABLE a () ;"},
        settings=LARGE,
        fails=True,
    ),
    Case("too_large", {"V9223372036854775808__a.sql": ""}, settings=LARGE, refused=True),
]
