"""The Supabase CLI, by npm, in its generation that runs migrations in TypeScript: 3, and 2.122 does as well."""

import dataclasses

from tools import supabase
from tools.supabase import FORMAT, HISTORY, IGNORED, install, up  # noqa: F401: the driver takes them

TITLE = "Supabase"
VERSIONS = ["3.1.0"]
# It cuts better, runs by version, and sends by itself what refuses a transaction.
RUNS = {
    "letters",
    "escaped_quote",
    "dollars_with_letters",
    "dollars_in_a_name",
    "atomic_with_case",
    "concurrently_behind",
    "concurrently_twice",
    "concurrently_behind_a_setting",
    "vacuum_behind",
}
TAKES = {"byte_order_mark"}
TAKES_AND_WE_DO_NOT = {"not_utf8"}


def adapt(case):
    return dataclasses.replace(
        case,
        settings={**case.settings, "cli": "typescript"},
        fails=case.fails and case.name not in RUNS,
        refused=case.refused and case.name not in TAKES | TAKES_AND_WE_DO_NOT,
        stricter=case.stricter or case.name in TAKES_AND_WE_DO_NOT,
    )


CASES = [adapt(case) for case in supabase.CASES]
