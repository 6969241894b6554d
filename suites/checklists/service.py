"""A small API on a real database: psql runs what each route says. usage: service.py URL SYSTEM; prints its port."""
import http.server
import json
import re
import subprocess
import sys

URL, SYSTEM = sys.argv[1:]
ROUTES = {
    "kubidu": [
        ("POST", r"/projects", 201, """WITH u AS (INSERT INTO users (email, password_hash, updated_at) VALUES (:'name' || '@example.org', 'x', now()) RETURNING id)
            INSERT INTO projects (user_id, name, updated_at) SELECT id, :'name', now() FROM u RETURNING *"""),
        ("GET", r"/projects/([^/]+)", 200, "SELECT * FROM projects WHERE id = :'p1'"),
        ("DELETE", r"/projects/([^/]+)", 204, "DELETE FROM users WHERE id = (SELECT user_id FROM projects WHERE id = :'p1') RETURNING id"),
        ("POST", r"/projects/([^/]+)/services", 201, "INSERT INTO services (project_id, name, updated_at) VALUES (:'p1', :'name', now()) RETURNING *"),
        ("POST", r"/services/([^/]+)/deployments", 201, "INSERT INTO deployments (service_id) VALUES (:'p1') RETURNING *"),
        ("PUT", r"/services/([^/]+)/env", 200, "INSERT INTO environment_variables (service_id, key, value) VALUES (:'p1', :'key', :'value') RETURNING *"),
        ("PUT", r"/deployments/([^/]+)/env", 200, "INSERT INTO environment_variables (deployment_id, key, value) VALUES (:'p1', :'key', :'value') RETURNING *"),
        ("POST", r"/services/([^/]+)/domains", 201, "INSERT INTO domains (service_id, domain) VALUES (:'p1', :'domain') RETURNING *"),
    ],
    "kanban": [
        ("POST", r"/tags", 201, """INSERT INTO "Tag" ("id", "name") VALUES (:'name', :'name') RETURNING *"""),
        ("GET", r"/tags/([^/]+)", 200, """SELECT * FROM "Tag" WHERE "id" = :'p1'"""),
        ("DELETE", r"/tags/([^/]+)", 204, """DELETE FROM "Tag" WHERE "id" = :'p1' RETURNING "id" """),
    ],
    "kyozo": [
        ("POST", r"/workspaces", 201, """WITH t AS (INSERT INTO teams (name) VALUES (:'name') RETURNING id)
            INSERT INTO workspaces (name, team_id) SELECT :'name', id FROM t RETURNING *"""),
        ("POST", r"/workspaces/([^/]+)/services", 201, """INSERT INTO service_instances (name, folder_path, service_type, workspace_id, team_id)
            SELECT :'name', '/test', :'service_type', id, team_id FROM workspaces WHERE id = :'p1' RETURNING *"""),
        ("DELETE", r"/teams/([^/]+)", 204, """WITH s AS (DELETE FROM service_instances WHERE team_id = :'p1'), w AS (DELETE FROM workspaces WHERE team_id = :'p1')
            DELETE FROM teams WHERE id = :'p1' RETURNING id"""),
    ],
}
MIGRATIONS = {"kanban": "(SELECT count(*) FROM _prisma_migrations)", "kubidu": "(SELECT count(*) FROM _prisma_migrations)", "kyozo": "0"}


def psql(sql, values):
    """One row as JSON; None: there is none. Raises for what the server refuses."""
    options = [option for name, value in values.items() for option in ("-v", f"{name}={value}")]
    done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", *options, URL], input=f"WITH q AS ({sql}) SELECT row_to_json(q) FROM q;" if "WITH" not in sql
                          else f"{sql} \\gx\n", stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise ValueError(done.stderr)
    text = done.stdout.strip()
    if not text or text.startswith("{"):
        return json.loads(text) if text else None
    return dict(line.split("|", 1) for line in text.splitlines())


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def out(self, status, value=None):
        body = json.dumps(value).encode() if value is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        values = json.loads(self.rfile.read(length)) if length else {}
        if self.path == "/health":
            return self.out(200, psql(f"SELECT 'up' AS status, current_database() AS database, {MIGRATIONS[SYSTEM]} AS migrations", {}))
        for method, pattern, status, sql in ROUTES[SYSTEM]:
            match = re.fullmatch(pattern, self.path)
            if method == self.command and match:
                values.update({f"p{i + 1}": part for i, part in enumerate(match.groups())})
                try:
                    row = psql(sql, values)
                except ValueError as fault:
                    return self.out(422, {"error": str(fault)})
                return self.out(404) if row is None else self.out(status, None if status == 204 else row)
        return self.out(404)

    do_GET = do_POST = do_PUT = do_DELETE = answer


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
