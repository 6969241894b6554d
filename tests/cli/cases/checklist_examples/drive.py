"""usage: drive.py SYSTEM PHASE: goes through the checklist of a system on the databases that "pgassay exec" has given."""
import json
import os
import pathlib
import re
import subprocess
import sys

SYSTEM, PHASE = sys.argv[1:]
TARGET = os.environ.get("API_DATABASE_URL") or os.environ["DATABASE_URL"]
ROWS = {
    "kubidu": "INSERT INTO users (email, password_hash, status, updated_at) SELECT 'p' || i || '@example.org', 'planted', 'active', now() FROM generate_series(1, 200) i;"
              "INSERT INTO projects (user_id, name, updated_at) SELECT id, 'from here', now() FROM users WHERE password_hash = 'planted';"
              "INSERT INTO services (project_id, name, updated_at) SELECT id, 'web', now() FROM projects WHERE name = 'from here'",
    "kyozo": "INSERT INTO teams (name) SELECT 't' || i FROM generate_series(1, 50) i; INSERT INTO workspaces (name, team_id) SELECT 'w', id FROM teams;"
             "INSERT INTO service_instances (name, folder_path, service_type, workspace_id, team_id) SELECT 's', '/', 'nodejs', id, team_id FROM workspaces",
    "capsule": "INSERT INTO users (email, password_hash, name) SELECT i || '@example.org', 'x', 'n' FROM generate_series(1, 50) i",
}


def psql(sql):
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", TARGET, "-c", sql], check=True)


def start(url):
    service = subprocess.Popen([sys.executable, "api.py", url, SYSTEM], stdout=subprocess.PIPE, encoding="utf-8")
    return service, f"http://127.0.0.1:{service.stdout.readline().strip()}"


def name_of(url):
    return re.search(r"/([^/?]*)\?", url).group(1)


def ask(*variables):
    done = subprocess.run(["pgassay", "checklist", f"suites/{SYSTEM}.yaml", "--phase", PHASE, "--target", TARGET, *(word for one in variables for word in ("--variable", one))],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    if done.returncode not in (0, 1):
        print(done.stdout)
        return
    evidence = json.loads(pathlib.Path("build/reports/evidence.json").read_text(encoding="utf-8"))
    print(f"{SYSTEM}, {PHASE}: {evidence['ticked']} of {evidence['required']} required are ticked")
    for item in evidence["items"]:
        print(f"  {item['state']:7} {item['item']}")
        if item["state"] != "ticked":
            print("           ", re.sub(r"pgassay_\w+", "DB", item["line"]))


services = []
try:
    if PHASE == "pre":
        psql(ROWS[SYSTEM])
        os.makedirs("build/checklist", exist_ok=True)
        subprocess.run(["pg_dump", "-Fc", "-f", f"build/checklist/{SYSTEM}.dump", TARGET], check=True)
    variables = []
    if PHASE == "post" and SYSTEM in ("kubidu", "kyozo"):
        service, base = start(TARGET)
        services.append(service)
        variables = [f"{'api' if SYSTEM == 'kubidu' else 'app'}={base}"]
    if SYSTEM == "kanban":
        worker = os.environ["WORKER_DATABASE_URL"]
        both = [start(TARGET), start(worker)]
        services += [service for service, _ in both]
        variables = [f"api={both[0][1]}", f"worker={both[1][1]}", f"api_database={name_of(TARGET)}", f"worker_database={name_of(worker)}"]
    ask(*variables)
    if SYSTEM == "capsule" and PHASE == "post":
        psql("UPDATE users SET password_hash = 'a real one'")
        ask()
finally:
    for service in services:
        service.terminate()
        service.wait()
