#!/usr/bin/env python3
"""Lets the report plugin of Maven's Surefire read a folder with TEST-*.xml.

usage: surefire.py FOLDER CASES FAILURES
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PLUGIN = "org.apache.maven.plugins:maven-surefire-report-plugin:3.5.2:report-only"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>read</groupId><artifactId>read</artifactId><version>1</version><packaging>pom</packaging>
</project>
"""


def main(folder, cases, failures):
    with tempfile.TemporaryDirectory(prefix="pgassay-surefire-") as name:
        project = pathlib.Path(name)
        (project / "pom.xml").write_text(POM, encoding="utf-8")
        shutil.copytree(folder, project / "target" / "surefire-reports")
        subprocess.run(["mvn", "-q", "-B", PLUGIN, "-DlinkXRef=false"], cwd=project, check=True, stdin=subprocess.DEVNULL)
        page = (project / "target" / "reports" / "surefire.html").read_text(encoding="utf-8")
    text = " ".join(re.sub("<[^>]+>", " ", page).split())
    wanted = f"Tests Errors Failures Skipped Success Rate Time {cases} 0 {failures} "
    assert wanted in text, f"{wanted!r} is not in the page: {text[:2000]}"


if __name__ == "__main__":
    main(*sys.argv[1:])
