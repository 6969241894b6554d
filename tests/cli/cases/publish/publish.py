"""Publishes a report to a server that answers as the test wants, and prints what it was asked, and what pgassay says.

usage: publish.py PLACE ANSWERS [ARGUMENT...]

PLACE is github, gitlab or webhook. ANSWERS are KIND=ANSWER,ANSWER,... with kinds status, list, create, update, hook; the last answer is given
again and again. An answer is a number, 429:SECONDS (Retry-After), 403:SECONDS, used-up (403, as GitHub answers when all requests of an hour
are used up), hang, cut, or away (a redirect to another host).
"""
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time

SECRET = "s3cr3t-t0ken"
log = []
comments = []
lock = threading.Lock()


def read_answers(words):
    return {word.split("=")[0]: word.split("=")[1].split(",") for word in words}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def kind(self):
        if "/statuses/" in self.path:
            return "status"
        if "/comments" in self.path or "/notes" in self.path:
            return {"GET": "list", "POST": "create"}.get(self.command, "update")
        return "hook"

    def say(self, status, body=None, headers=()):
        data = json.dumps(body if body is not None else {}).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def succeed(self, kind, body):
        if kind == "list":
            page = int(re.search(r"[?&]page=(\d+)", self.path).group(1))
            self.say(200, comments[(page - 1) * 100:page * 100])
        elif kind == "create":
            comments.append({"id": len(comments) + 1, "body": body["body"]})
            self.say(201, comments[-1])
        elif kind == "update":
            number = int(self.path.rsplit("/", 1)[1])
            comments[number - 1]["body"] = body["body"]
            self.say(200, comments[number - 1])
        else:
            self.say(201)

    def handle_one(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null")
        kind = self.kind()
        token = self.headers.get("Authorization", "")
        shown = {key: body[key] for key in ("state", "name", "context", "description", "target_url", "verdict") if body and key in body}
        if body and "body" in body:
            shown["body"] = body["body"].splitlines()[0]
        if body and "text" in body:
            shown["text"] = body["text"]
        with lock:
            log.append(f"{self.server.name} {self.command} {self.path} {'with' if SECRET in token else 'without'} the token {shown or ''}".rstrip())
            answers = self.server.answers.get(kind, ["201"])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer in ("200", "201"):
            self.succeed(kind, body)
        elif answer == "hang":
            time.sleep(30)
        elif answer == "cut":
            self.close_connection = True
            self.connection.close()
        elif answer == "written":  # and the answer is lost on the way
            comments.append({"id": len(comments) + 1, "body": body["body"]})
            self.close_connection = True
            self.connection.close()
        elif answer == "used-up":
            self.say(403, {"message": "API rate limit exceeded for installation ID 1."}, [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1")])
        elif answer == "away":
            self.say(301, {}, [("Location", f"http://localhost:{self.server.away}/stolen")])
        else:
            status, _, after = answer.partition(":")
            said = {"401": f"Bad credentials {SECRET}", "403": "Resource not accessible by integration", "422": "Validation Failed",
                    "400": "Cannot transition status via :drop from :failed"}.get(status, "no")
            self.say(int(status), {"message": said}, [("Retry-After", after)] if after else [])

    do_GET = do_POST = do_PUT = do_PATCH = handle_one


def serve(name, answers):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.name, server.answers, server.away = name, answers, None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def make_environment(place, port):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI_", "GH_"))}
    url = f"http://127.0.0.1:{port}"
    if place == "github":
        with open("event.json", "w", encoding="utf-8") as file:
            json.dump({"pull_request": {"number": 7, "head": {"sha": "feed"}}}, file)
        environment |= {"GITHUB_API_URL": url, "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "merge", "GITHUB_REF": "refs/pull/7/merge",
                        "GITHUB_EVENT_PATH": "event.json", "GITHUB_TOKEN": SECRET, "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "42"}
    elif place == "gitlab":
        with open("token", "w", encoding="utf-8") as file:
            file.write(SECRET + "\n")
        environment |= {"CI_API_V4_URL": url + "/api/v4", "CI_PROJECT_ID": "5", "CI_COMMIT_SHA": "feed", "CI_MERGE_REQUEST_IID": "9",
                        "CI_JOB_URL": "https://gitlab.com/o/r/-/jobs/1", "PGASSAY_GITLAB_TOKEN_FILE": "token"}
    else:
        environment |= {"PGASSAY_WEBHOOK_URL": f"{url}/services/T0/B0/path-is-secret?q=1", "PGASSAY_WEBHOOK_TOKEN": SECRET}
    return environment


def main():
    place, words = sys.argv[1], sys.argv[2:]
    answers = read_answers(word for word in words if "=" in word and not word.startswith("--"))
    rest = [word for word in words if word.startswith("--")]
    arguments = rest if any(word.startswith("--publish=") for word in rest) else rest + [f"--publish={place}"]
    if "old" in words:
        comments.extend({"id": number + 1, "body": f"comment {number}"} for number in range(100))
        comments.append({"id": 101, "body": "<!-- pgassay report -->\nold"})
    server = serve("api", answers)
    other = serve("OTHER HOST", {})
    server.away = other.server_address[1]
    environment = make_environment(place, server.server_address[1])
    for word in words:
        if word.startswith("unset:"):
            environment.pop(word[6:], None)
    done = subprocess.run(["pgassay", "report", "merge", "--quiet", "report.json", "--report", "junit=j.xml", *arguments], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    for number, line in enumerate(log):
        if number + 1 == len(log) or log[number + 1] != line:
            print(" ", line, "(several times)" if number > 0 and log[number - 1] == line else "")
    said = done.stdout.split("report: j.xml\n", 1)[-1].split("\nnot ok", 1)[0]
    print(re.sub(r"(no answer in time|ended without an answer): .*", r"\1", said.strip()))
    print("exit", done.returncode, "; the token is shown" if SECRET in done.stdout or "path-is-secret" in done.stdout else "")


main()
