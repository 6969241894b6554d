"""A service that says 503 twice after its database was reset, and 200 then; at /broken, always 500. Writes its address to the file "service"."""
import http.server

asked = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        self.send_response(500 if self.path == "/broken" else 503 if len(asked) < 3 else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
with open("service", "w", encoding="utf-8") as file:
    file.write(f"http://127.0.0.1:{server.server_port}")
server.serve_forever()
