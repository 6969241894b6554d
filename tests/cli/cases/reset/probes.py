"""Answers over HTTP and, with a certificate that nobody has signed, over HTTPS; writes both addresses to the file "addresses"."""
import http.server
import pathlib
import ssl
import subprocess
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1.5)
        if self.path == "/never":
            time.sleep(60)
        self.send_response({"/redirect": 302, "/loop": 302, "/away": 302, "/missing": 404, "/login": 401}.get(self.path, 200))
        if self.path in ("/redirect", "/loop", "/away"):
            self.send_header("Location", {"/redirect": "/health", "/loop": "/loop", "/away": "ftp://127.0.0.1/x"}[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
                "-keyout", "key.pem", "-out", "cert.pem"], check=True, stderr=subprocess.DEVNULL)
plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
secure.socket = context.wrap_socket(secure.socket, server_side=True)
threading.Thread(target=secure.serve_forever, daemon=True).start()
pathlib.Path("addresses").write_text(f"http://127.0.0.1:{plain.server_port}\nhttps://127.0.0.1:{secure.server_port}\n")
plain.serve_forever()
