import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.request

service = subprocess.Popen(["python3", "service.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
plain, _, secure, expired = service.stdout.readline().split()
environment = {**os.environ, "API_TOKEN": "s3cret-token", "SSL_CERT_FILE": os.path.abspath("ca.pem"), "no_proxy": "127.0.0.1"}
variables = [f"base=http://127.0.0.1:{plain}", f"secure=https://127.0.0.1:{secure}", f"expired=https://127.0.0.1:{expired}"]
seen = ""
for suite in "suite.yaml", "bad.yaml":
    done = subprocess.run(["pgassay", "checklist", suite, "--markdown", "list.md", "--report", "junit=j.xml", *(word for one in variables for word in ("--variable", one))],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment, check=False)
    text = re.sub(r"\(\d+(\.\d+)? m?s\)|in \d+(\.\d+)? days|found \d+ ms|sha256 [0-9a-f]+|: Failed to connect.*|after \d+ milliseconds.*", "...", done.stdout)
    print(re.sub(r"found \d+\.\d days", "found ...", text) + f"exit {done.returncode}")
    seen += done.stdout + "".join(pathlib.Path(name).read_text(encoding="utf-8") for name in ("list.md", "j.xml", "build/reports/evidence.json"))
evidence = json.loads(pathlib.Path("build/reports/evidence.json").read_text(encoding="utf-8"))
print("states:", *sorted({item["state"] for item in evidence["items"]}))
print("the token is shown:", "s3cret" in seen)


def read_log():
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{plain}/log") as answer:
        return answer.read().decode().splitlines()


# Ctrl-C in the middle of a scenario: what was made is taken back.
running = subprocess.Popen(["pgassay", "checklist", "slow.yaml", "--variable", variables[0]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
end = time.monotonic() + 60
n_hangs = sum("/hang" in line for line in read_log())
while sum("/hang" in line for line in read_log()) == n_hangs and time.monotonic() < end:
    time.sleep(0.02)
running.send_signal(signal.SIGINT)
print("interrupted: exit", running.wait())
log = read_log()
print("deleted:", sum(line.startswith("DELETE") for line in log), "of", sum(line.startswith("POST /services") for line in log), "made")
print("of another host with a token:", sum(line.startswith("GET /services/1 ") for line in log if "token" in line) - 1)
service.stdin.close()
service.wait()
