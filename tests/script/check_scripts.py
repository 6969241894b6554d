#!/usr/bin/env python3
"""Tests script/setup, script/build and script/run in folders of their own.

usage: check_scripts.py PGASSAY
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PGASSAY = None

# The commands that script/setup asks and sends: what they answer is in files beside them, what they were given is in "calls".
STAND_INS = {
    "id": 'if [ "$1" = -u ]; then cat "$STAND_INS/uid"; else echo someone; fi',
    "dpkg-query": 'grep -qx "$4" "$STAND_INS/installed" && echo installed',
    "apt-cache": 'grep -qx "$2" "$STAND_INS/known"',
    "apt-get": 'echo "apt-get $*" >>"$STAND_INS/calls"; echo "E: apt speaks"; case "$1" in update) exit $(cat "$STAND_INS/update") ;; '
    '*) exit $(cat "$STAND_INS/install") ;; esac',
    "sudo": 'if [ -e "$STAND_INS/refuse" ]; then echo "sudo: a password is required" >&2; exit 1; fi; exec "$@"',
}
NEEDED = ["gcc", "meson", "ninja-build", "pkg-config", "python3", "postgresql"]


# Variables that choose how this build is made, and not how those of the tests are.
OF_THIS_BUILD = ("CC", "CC_LD", "CFLAGS", "LDFLAGS", "TESTS", "BUILD")


def run(command, folder, **environment):
    inherited = {name: value for name, value in os.environ.items() if name not in OF_THIS_BUILD}
    result = subprocess.run([str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, encoding="utf-8", env={**inherited, "LC_ALL": "C.UTF-8", **environment},
                            timeout=200, check=False)
    return result.returncode, result.stdout


class Folder(unittest.TestCase):
    """A temporary folder with a copy of some scripts."""

    scripts = ()

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pgassay-script-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "script").mkdir()
        for name in self.scripts:
            shutil.copy(ROOT / "script" / name, self.folder / "script" / name)

    def write(self, name, text, mode=0o644):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path


class Setup(Folder):
    scripts = ("setup",)

    def setUp(self):
        super().setUp()
        for name, text in STAND_INS.items():
            self.write(f"bin/{name}", f"#!/bin/sh\n{text}\n", 0o755)
        rows = (ROOT / "script" / "setup").read_text(encoding="utf-8").split("needed=(", 1)[1].split(")\n", 1)[0]
        self.names = [line.strip().strip('"').split()[0] for line in rows.strip().splitlines()]
        self.answer(uid="0", installed="\n".join(self.names), known="\n".join(self.names), update="0", install="0", calls="")

    def answer(self, **files):
        for name, text in files.items():
            self.write(f"bin/{name}", text + "\n" if text else "")

    def setup(self, *arguments, path=None):
        folder = self.folder / "bin"
        return run([self.folder / "script" / "setup", *arguments], self.folder, STAND_INS=str(folder),
                   PATH=path or f"{folder}:{os.environ['PATH']}")

    def calls(self):
        return (self.folder / "bin" / "calls").read_text(encoding="utf-8").splitlines()

    def lacking(self, *names):
        self.answer(installed="\n".join(name for name in self.names if name not in names))

    def test_does_nothing_when_all_is_there(self):
        self.assertTrue(set(NEEDED) <= set(self.names), self.names)
        self.assertEqual(self.setup(), (0, ""))
        self.assertEqual(self.calls(), [])

    def test_says_what_it_installs_and_why(self):
        self.lacking("gcc", "postgresql")
        for uid in "0", "1000":
            self.answer(uid=uid, calls="")
            code, output = self.setup()
            self.assertEqual((code, output), (0, "installing what is missing:\n  gcc the compiler\n  postgresql the scratch server\n"))
            self.assertTrue(self.calls()[-1].endswith(" gcc postgresql"), self.calls())

    def test_a_user_whom_sudo_refuses_gets_the_line_to_type(self):
        self.lacking("gcc")
        self.answer(uid="1000", refuse="x")
        code, output = self.setup()
        self.assertEqual(code, 3)
        self.assertIn("a password is required\nscript/setup: sudo does not let someone install packages\n", output)
        self.assertIn("by hand: apt-get update && apt-get install --no-install-recommends gcc", output)
        self.assertEqual(self.calls(), [])

    def test_without_sudo_at_all(self):
        self.lacking("gcc")
        self.answer(uid="1000")
        (self.folder / "bin" / "sudo").unlink()
        for name in "bash", "env", "mktemp", "rm", "tail", "grep", "cat", "dirname", "sh":
            (self.folder / "bin" / name).symlink_to(shutil.which(name))
        code, output = self.setup(path=str(self.folder / "bin"))
        self.assertEqual(code, 3)
        self.assertIn("script/setup: neither root nor sudo\n", output)
        self.assertIn("by hand: ", output)

    def test_a_mirror_that_does_not_answer_matters_only_when_a_package_is_not_known(self):
        self.lacking("gcc")
        self.answer(update="100")
        self.assertEqual(self.setup()[0], 0)
        self.answer(known="")
        code, output = self.setup()
        self.assertEqual(code, 3)
        self.assertIn("E: apt speaks\n", output)
        self.assertIn('does not know the package "gcc", and could not read its lists anew\nhint: is there a network', output)

    def test_an_unknown_package_is_named(self):
        self.lacking("gcc", "meson")
        self.answer(known="gcc")
        code, output = self.setup()
        self.assertEqual(code, 3)
        self.assertIn('script/setup: apt knows no package "meson"\nhint: ', output)

    def test_what_apt_says_is_shown_when_it_fails(self):
        self.lacking("gcc")
        self.answer(install="100")
        code, output = self.setup()
        self.assertEqual(code, 3)
        self.assertIn("E: apt speaks\nscript/setup: apt-get install failed\nhint: ", output)

    def test_refuses_another_argument(self):
        self.assertEqual(self.setup("--tests")[0], 2)


class Build(Folder):
    """script/build on a small project that looks for the library of its tests as the real one does."""

    scripts = ("build",)

    def setUp(self):
        super().setUp()
        self.write("meson.build", "project('small', 'c')\n"
                   "if not get_option('tests').disabled()\n"
                   "  found = meson.get_compiler('c').find_library('m', has_headers: 'judge.h', required: get_option('tests'))\n"
                   "  if found.found()\n    subdir('tests')\n  endif\nendif\n"
                   "executable('pgassay', 'main.c')\n")
        self.write("meson_options.txt", "option('tests', type: 'feature', value: 'auto')\n")
        self.write("main.c", "int main(void) { return 0; }\n")
        self.write("tests/meson.build", "executable('judged', '../main.c')\n")
        (self.folder / "include").mkdir()

    def build(self, tests=None, *arguments):
        environment = {"CPATH": str(self.folder / "include"), "TESTS": tests} if tests else {"CPATH": str(self.folder / "include")}
        environment["BUILD"] = "build"
        return run([self.folder / "script" / "build", *arguments], self.folder, **environment)

    def install_judge(self):
        self.write("include/judge.h", "int judge;\n")

    def has(self, name):
        return (self.folder / "build" / name).exists()

    def option(self, name):
        _, output = run(["meson", "introspect", "--buildoptions", "build"], self.folder)
        at = output.index(f'"name": "{name}"')
        return output[at:].split('"value": ', 1)[1].split(",", 1)[0]

    def test_the_tests_come_after_the_program_whatever_was_missing_before(self):
        self.assertEqual(self.build(), (0, "configuring build\n"))
        code, output = self.build("enabled")
        self.assertEqual(code, 3)
        self.assertIn("judge.h", output)
        self.install_judge()
        self.assertEqual(self.build("enabled")[0], 0)
        self.assertTrue(self.has("tests/judged"))
        self.assertEqual(self.build("enabled"), (0, ""))
        self.assertEqual(self.build(), (0, ""))
        self.assertTrue(self.has("tests/judged"))

    def test_a_folder_that_was_configured_by_hand_without_the_library_gets_the_tests(self):
        run(["meson", "setup", "build"], self.folder, CPATH=str(self.folder / "include"))
        self.install_judge()
        self.assertEqual(self.build("enabled"), (0, "configuring build for the tests\n"))
        self.assertTrue(self.has("tests/judged"))

    def test_an_interrupted_configuration_is_made_anew_with_its_options(self):
        self.build(None, "-Dwarning_level=3")
        self.write("build/reports/junit.xml", "kept")
        for broken in ["build.ninja"], ["build.ninja", "meson-private/build.dat"], ["meson-private/build.dat"], ["meson-private/coredata.dat"]:
            for name in broken:
                (self.folder / "build" / name).unlink()
            self.assertEqual(self.build(), (0, "configuring build anew, because an earlier configuration did not come to its end\n"), broken)
            self.assertEqual(self.option("warning_level"), '"3"')
        self.assertTrue(self.has("reports/junit.xml"))
        self.assertEqual(self.build(), (0, ""))

    def test_damaged_files_of_meson_are_made_anew(self):
        self.build()
        for name in "build.ninja", "meson-private/coredata.dat":
            self.write(f"build/{name}", "not what stood here\n")
            self.write("meson.build", (self.folder / "meson.build").read_text() + "# changed\n")
            self.assertEqual(self.build()[0], 0, name)
            self.assertEqual(self.build(), (0, ""), name)

    def test_a_change_of_the_meson_files_is_followed(self):
        self.install_judge()
        self.build("enabled")
        text = (self.folder / "meson.build").read_text()
        self.write("meson_options.txt", (self.folder / "meson_options.txt").read_text() + "option('more', type: 'boolean', value: true)\n")
        self.write("meson.build", text + "if get_option('more')\n  executable('more', 'main.c')\nendif\n")
        self.assertEqual(self.build("enabled"), (0, ""))
        self.assertTrue(self.has("more"))

    def test_a_mistake_in_a_meson_file_is_shown_and_can_be_mended(self):
        self.build()
        text = (self.folder / "meson.build").read_text()
        self.write("meson.build", text + "nonsense(\n")
        code, output = self.build()
        self.assertEqual(code, 3)
        self.assertIn("meson.build:", output)
        self.write("meson.build", text)
        self.assertEqual(self.build()[0], 0)

    def test_a_compiler_error_is_shown(self):
        self.write("main.c", "int main(void) { return nothing; }\n")
        code, output = self.build()
        self.assertEqual(code, 3)
        self.assertIn("nothing", output)

    def test_a_folder_of_another_user_is_named(self):
        self.build()
        (self.folder / "build" / "build.ninja").chmod(0o444)
        command = [self.folder / "script" / "build"]
        if os.geteuid() == 0:
            for path in [self.folder, *self.folder.rglob("*")]:
                if path.is_dir():
                    path.chmod(0o755)
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        code, output = run(command, self.folder, BUILD="build")
        self.assertEqual(code, 3)
        self.assertRegex(output, r'script/build: "build[^"]*" belongs to \w+, who built here before\nhint: ')


class Counting(Folder):
    scripts = ("count-tests",)

    def count(self, *records):
        self.write("log.json", "".join(json.dumps({"name": "suite / a program", **record}) + "\n" for record in records))
        return run([self.folder / "script" / "count-tests", "log.json"], self.folder)

    def test_each_case_counts_and_a_program_that_says_nothing_counts_as_one(self):
        cmocka = {"result": "OK", "stdout": "[  PASSED  ] 3 test(s).\n"}
        silent = {"result": "OK", "stdout": "done\n"}
        self.assertEqual(self.count(cmocka, silent), (0, "4 passed, 0 failed, 0 skipped\n"))

    def test_a_failure_is_shown_and_counted(self):
        code, output = self.count({"result": "FAIL", "stdout": "expected 1\n2 passed, 3 failed, 0 skipped\n"}, {"result": "OK"})
        self.assertEqual(code, 1)
        self.assertIn("== suite / a program failed (fail), last lines:\n    expected 1\n", output)
        self.assertTrue(output.endswith("\n3 passed, 3 failed, 0 skipped\n"), output)

    def test_a_program_that_died_is_a_failure(self):
        self.assertEqual(self.count({"result": "TIMEOUT", "stdout": "[  PASSED  ] 3 test(s).\n"})[0], 1)

    def test_what_a_program_that_passed_saw_fail_on_purpose_is_no_failure(self):
        driver = {"result": "OK", "stdout": "9 passed, 1 failed, 0 skipped\n"}
        self.assertEqual(self.count(driver), (0, "1 passed, 0 failed, 0 skipped\n"))

    def test_nothing_is_no_success(self):
        self.assertEqual(self.count(), (1, "0 passed, 0 failed, 0 skipped\n"))


class Run(Folder):
    scripts = ("run",)

    def setUp(self):
        super().setUp()
        self.write("script/setup", "#!/bin/sh\n", 0o755)
        self.write("script/build", "#!/bin/sh\n", 0o755)
        self.write("build/pgassay", '#!/bin/sh\nif [ "$2" = --help ]; then exec "$PGASSAY" "$@"; fi\necho "$PWD: $*"\n', 0o755)
        self.write("script/checklists", '#!/bin/sh\necho "checklists: $*" | sed "s: [^ ]*/: :"; exit "${CHECKLISTS:-0}"\n', 0o755)
        self.elsewhere = self.folder / "elsewhere"
        self.elsewhere.mkdir()

    def run_script(self, folder, *arguments, expected=0, **environment):
        code, output = run([self.folder / "script" / "run", *arguments], folder, PGASSAY=str(PGASSAY), BUILD="build", **environment)
        self.assertEqual(code, expected, output)
        return output

    @staticmethod
    def called(folder, arguments):
        """What the program prints: without a word about reports it writes JUnit and the page."""
        asked = any(argument.startswith(("-r", "--report")) for argument in arguments)
        return f"{folder}: run {' '.join([*([] if asked else ['--report', 'junit', '--report', 'html']), *arguments])}\n"

    def test_files_are_those_of_the_folder_one_is_in(self):
        for arguments in ["suites/x.yaml"], ["-q", "x.yaml"], ["-r", "junit=a.xml", "x.yaml"], ["--keep", "x.yaml"], ["--", "x.yaml"]:
            self.assertEqual(self.run_script(self.elsewhere, *arguments), self.called(self.elsewhere, arguments))

    def test_without_a_file_the_examples_run(self):
        for arguments in [], ["-q"], ["-r", "junit=a.xml"], ["--report", "junit=a.xml", "-j", "2"], ["--report=junit=a.xml"]:
            quiet = "--quiet " if arguments == ["-q"] else ""
            self.assertEqual(self.run_script(self.elsewhere, *arguments),
                             f"running the examples in {self.folder}\nchecklists: {quiet}pgassay\n{self.called(self.folder, arguments)}")

    def test_in_the_repository_itself_nothing_is_said(self):
        self.assertEqual(self.run_script(self.folder, "-q"), f"checklists: --quiet pgassay\n{self.called(self.folder, ['-q'])}")

    def test_a_part_of_the_cases_is_without_the_checklists(self):
        for arguments in ["--only", "kb"], ["--shard=1/2"], ["suites/x.yaml"]:
            self.assertEqual(self.run_script(self.folder, *arguments), self.called(self.folder, arguments))

    def test_a_checklist_that_is_open_fails_the_job(self):
        output = self.run_script(self.folder, expected=1, CHECKLISTS="1")
        self.assertIn(self.called(self.folder, []), output)
        self.assertTrue(output.endswith("a checklist has required items that are open, see above\n"), output)


if __name__ == "__main__":
    PGASSAY = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=0)
