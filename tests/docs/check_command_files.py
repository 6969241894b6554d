#!/usr/bin/env python3
"""Holds the manual page and the completions against the program, by the shells themselves where they are there.

usage: check_command_files.py PGASSAY GENERATOR

Each shell is asked what may follow "pgassay", "pgassay COMMAND --" and more, and has to name every command and option.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

faults = []
counts = {"passed": 0, "failed": 0, "skipped": 0}


def run(*command, folder=None):
    result = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            encoding="utf-8", cwd=folder, timeout=60, check=False)
    return result.returncode, result.stdout


def expect(holds, text):
    if not holds:
        faults.append(text)


def read_tables(program):
    """The options of each command, read here in another way than the generator does."""
    _, text = run(program, "--help")
    names = [line.split()[0] for line in text.split("Commands:\n")[1].split("\n\n")[0].splitlines()]
    return {name: set(re.findall(r"^ +(?:-., )?(--[a-z-]+)", run(program, name, "--help")[1], re.MULTILINE)) for name in names}


def bash_words(folder, *words):
    script = (f'. {folder}/pgassay; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pgassay; printf "%s\\n" "${{COMPREPLY[@]}}"')
    code, output = run("bash", "-c", script, "bash", *words, folder=folder)
    expect(code == 0, f"bash: {output}")
    return set(output.split())


def check_bash(folder, tables):
    expect(set(tables) <= bash_words(folder, "pgassay", ""), "bash does not complete every command")
    for command, options in tables.items():
        expect(bash_words(folder, "pgassay", command, "--") == options, f"bash: the options of {command}")
    (folder / "here.yaml").touch()
    (folder / "here.txt").touch()
    expect(bash_words(folder, "pgassay", "run", "her") == {"here.yaml"}, "bash: a suite")
    expect(bash_words(folder, "pgassay", "schema", "s") == {"suite"}, "bash: a word of a list")
    expect(bash_words(folder, "pgassay", "help", "goo") == {"goose"}, "bash: a topic")
    expect(bash_words(folder, "pgassay", "run", "--server", "h") == set(), "bash: the value of an option")


def check_fish(folder, tables):
    def words(line):
        code, output = run("fish", "--no-config", "-c", f"source {folder}/pgassay.fish; complete -C '{line}'", folder=folder)
        expect(code == 0, f"fish: {output}")
        return {entry.split("\t")[0] for entry in output.splitlines()}

    expect(set(tables) <= words("pgassay "), "fish does not complete every command")
    for command, options in tables.items():
        expect(options <= words(f"pgassay {command} --"), f"fish: the options of {command}")
    expect(words("pgassay help goo") == {"goose"}, "fish: a topic")


# zsh completes on a terminal only, so its proposals are taken from its own functions.
ZSH = """
autoload -Uz compinit && compinit -D -u
_arguments() { print -r -l -- "$@" }
_describe() { print -r -l -- "${(@P)2}" }
words=("${@[2,-1]}") CURRENT=$(( $# - 1 ))
. $1
"""


def check_zsh(folder, tables):
    def text(*words):
        code, output = run("zsh", "-f", "-c", ZSH, "zsh", f"{folder}/_pgassay", *words, folder=folder)
        expect(code == 0, f"zsh: {output}")
        return output

    found = {line.split(":")[0] for line in text("pgassay", "").splitlines()}
    expect(set(tables) <= found, "zsh does not complete every command")
    for command, options in tables.items():
        found = set(re.findall(r"^[^\[]*?(--[a-z-]+)=?\[", text("pgassay", command, "--"), re.MULTILINE))
        expect(found == options, f"zsh: the options of {command}: {options ^ found}")


def check_manual(folder, tables):
    code, output = run("mandoc", "-T", "lint", "-W", "warning", folder / "pgassay.1")
    output = "\n".join(line for line in output.splitlines() if "missing date" not in line)
    expect(not output, f"mandoc: {output}")
    _, text = run("mandoc", "-T", "utf8", "-O", "width=300", folder / "pgassay.1")
    text = re.sub(".\b", "", text).replace("‐", "-")
    for command, options in tables.items():
        section = re.split(rf"^ +pgassay {command}\b", text, maxsplit=1, flags=re.MULTILINE)[-1].split("\n   pgassay ")[0]
        expect(all(option in section for option in options), f"the manual page lacks an option of {command}")


def main(program, generator):
    tables = read_tables(program)
    with tempfile.TemporaryDirectory(prefix="pgassay-files-") as name:
        folder = pathlib.Path(name)
        code, output = run(generator, program, folder)
        expect(code == 0, output)
        for tool, check in (("bash", check_bash), ("fish", check_fish), ("zsh", check_zsh), ("mandoc", check_manual)):
            if shutil.which(tool) is None:
                counts["skipped"] += 1
                print(f"{tool}: skipped, because it is not here")
                continue
            before = len(faults)
            check(folder, tables)
            counts["passed" if len(faults) == before else "failed"] += 1
    for fault in faults:
        print(fault)
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()))
