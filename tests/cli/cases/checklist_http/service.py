"""A service that answers well under /services, and badly elsewhere. Prints its ports: of HTTP, of another origin, of HTTPS with a good certificate,
of HTTPS with an expired one. Says at /log what it was asked."""
import gzip
import http.server
import json
import ssl
import subprocess
import sys
import threading
import time

items, log, tries = {}, [], {}
OTHER = [0]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def out(self, status, body=b"", headers=(), kind="application/json"):
        body = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in [("Content-Type", kind), ("Content-Length", str(len(body))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self):
        body = self.body()
        log.append(f"{self.command} {self.path}" + (" with a token" if "Authorization" in self.headers else ""))
        first, _, rest = self.path.lstrip("/").partition("/")
        getattr(self, "at_" + first)(rest, body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

    def at_services(self, rest, body):
        if self.headers.get("Authorization") != "Bearer s3cret-token":
            return self.out(401, {"error": "no token"})
        if self.command == "POST":
            number = len(items) + 1
            items[number] = json.loads(body)
            return self.out(201, {"id": number, **items[number]}, [("Location", f"/services/{number}"), ("Set-Cookie", "seen=yes")])
        number = int(rest)
        if self.command == "DELETE":
            return self.out(204 if items.pop(number, None) else 404)
        return self.out(200 if number in items else 404, {**items.get(number, {}), "id": number, "cookie": self.headers.get("Cookie")})

    def at_log(self, rest, body):
        self.out(200, "\n".join(log), kind="text/plain")

    def at_500(self, rest, body):
        self.out(500, {"error": "s3cret-token is wrong"})

    def at_hang(self, rest, body):
        time.sleep(20)

    def at_html(self, rest, body):
        self.out(200, "<html><title>login</title></html>", kind="text/html")

    def at_types(self, rest, body):
        self.out(200, {"id": "7", "on": "true", "n": 7, "list": [1, 2], "f": 1.5, "when": "2026-12-01T08:00:00Z",
                       "uuid": "00000000-0000-4000-8000-0000000000a1", "nothing": None, "ip": "10.0.0.7"})

    def at_moved(self, rest, body):
        self.out(302, headers=[("Location", f"http://127.0.0.1:{OTHER[0]}/services/1")])

    def at_loop(self, rest, body):
        self.out(302, headers=[("Location", "/loop")])

    def at_late(self, rest, body):
        tries[rest] = tries.get(rest, 0) + 1
        self.out(200 if tries[rest] > 2 else 503, {"tries": tries[rest]})

    def at_bomb(self, rest, body):
        self.out(200, gzip.compress(b" " * (64 * 1024 * 1024)), [("Content-Encoding", "gzip")])

    def at_deep(self, rest, body):
        self.out(200, "[" * 10000 + "]" * 10000)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def serve(certificate=None):
    server = Server(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem", "-out", "good.pem", "-days", "10",
        "-subj", "/CN=shop", "-addext", "subjectAltName=IP:127.0.0.1")
openssl("req", "-new", "-key", "key.pem", "-subj", "/CN=shop", "-addext", "subjectAltName=IP:127.0.0.1", "-out", "request.pem")
openssl("x509", "-req", "-in", "request.pem", "-signkey", "key.pem", "-days", "-1", "-out", "expired.pem")
with open("ca.pem", "w", encoding="ascii") as file:
    for name in "good.pem", "expired.pem":
        file.write(open(name, encoding="ascii").read())
ports = [serve(), serve(), serve("good.pem"), serve("expired.pem")]
OTHER[0] = ports[1]
print(*ports, flush=True)
sys.stdin.read()
