# As a worker that has no TCP would; and as a page in a browser would.
python3 - <<'END'
import http.client, os, socket, re

class Local(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(os.environ["PGASSAY_LEASES_SOCKET"])

def ask(connection, method, headers):
    connection.request(method, "/databases", headers=headers)
    answer = connection.getresponse()
    print(answer.status, re.sub(r"host=.*data", "host=...", answer.read().decode()))

ask(Local("leases"), "POST", {})
ask(http.client.HTTPConnection(os.environ["PGASSAY_LEASES"].removeprefix("http://")), "POST", {"Host": "evil.example"})
END
