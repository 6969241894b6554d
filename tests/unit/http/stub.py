#!/usr/bin/env python3
"""A server that answers well and badly, for the tests of http/.

usage: stub.py FOLDER

FOLDER has certificates (see test_http.c). Prints five ports on one line: of HTTP, of HTTP at another origin, of HTTPS, of HTTPS with an
expired certificate, of HTTPS with a certificate for another host. Ends when its standard input ends.
"""
import gzip
import http.server
import json
import pathlib
import ssl
import sys
import threading
import time
import urllib.parse
import zlib

seen = {}
lock = threading.Lock()


def count(name):
    with lock:
        seen[name] = seen.get(name, 0) + 1
        return seen[name]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def echo(self, rest):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        self.answer(200, json.dumps({"method": self.command, "body": body, "headers": dict(self.headers), "seen": count("echo")}).encode(),
                    [("Content-Type", "application/json"), ("X-Twice", "a"), ("X-Twice", "b")])

    def status(self, rest):
        self.answer(int(rest), b"said")

    def cut(self, rest):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True

    def nothing(self, rest):
        count("nothing-" + self.command)
        self.close_connection = True

    def hang(self, rest):
        time.sleep(20)

    def drip(self, rest):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(200):
            self.wfile.write(b".")
            self.wfile.flush()
            time.sleep(0.05)

    def large(self, rest):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        block = b"x" * 65536
        for _ in range(int(rest) // len(block)):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
        self.wfile.write(b"0\r\n\r\n")

    def bomb(self, rest):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = b"".join(packer.compress(b"\0" * 1048576) for _ in range(int(rest)))
        self.answer(200, packed + packer.flush(), [("Content-Encoding", "gzip")])

    def packed(self, rest):
        self.answer(200, gzip.compress(b"unpacked"), [("Content-Encoding", "gzip")])

    def broken(self, rest):
        self.answer(200, b"this is no gzip", [("Content-Encoding", "gzip")])

    def headers_large(self, rest):
        self.send_response(200)
        for number in range(40):
            self.send_header(f"X-{number}", "x" * 9000)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def garbage(self, rest):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\0\0\0\0\r\n\r\n")
        self.close_connection = True

    def to(self, rest):
        code, _, where = rest.partition("/")
        self.answer(int(code), b"", [("Location", urllib.parse.unquote(where))])

    def flaky(self, rest):
        """flaky/NAME/TIMES/STATUS/RETRY-AFTER: fails so many times."""
        name, times, code, after = rest.split("/")
        if count(name) > int(times):
            self.answer(200, b"at last")
        else:
            self.answer(int(code), b"", [("Retry-After", urllib.parse.unquote(after))] if after else [])

    def times(self, rest):
        self.answer(200, str(seen.get(rest, 0)).encode())

    def cookie(self, rest):
        self.answer(200, (self.headers.get("Cookie") or "none").encode(), [("Set-Cookie", "session=s1; Path=/; HttpOnly")])

    def dispatch(self):
        path = self.path.removeprefix("http://nowhere.invalid")  # as a proxy is asked
        name, _, rest = path.lstrip("/").partition("/")
        getattr(self, name.partition("?")[0].replace("-", "_"))(rest)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = dispatch


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # the tests break connections off


def serve(certificate=None):
    server = Server(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def main(folder):
    folder = pathlib.Path(folder)
    ports = [serve(), serve()] + [serve(folder / name) for name in ("good.pem", "expired.pem", "other.pem")]
    print(*ports, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
