# pytest: the fixture "database" is a fresh database for each test, also with pytest-xdist. Save it as pgassay_leases.py, and write
# "from pgassay_leases import database" into conftest.py. Run: pgassay exec --workers 8 suites/shop.yaml -- pytest -n 8
import json
import os
import urllib.request

import pytest


direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(method, path):
    with direct.open(urllib.request.Request(os.environ["PGASSAY_LEASES"] + path, method=method)) as answer:
        return json.loads(answer.read() or "null")


class Database:
    def __init__(self, name=None):
        lease = ask("POST", "/databases" + (f"?database={name}" if name else ""))
        self.url, self.path = lease["url"], "/databases/" + lease["id"]

    def reset(self):  # a fresh copy; ends the sessions on it
        ask("POST", self.path + "/reset")

    def reset_rows(self):  # its rows alone; sessions stay
        ask("POST", self.path + "/rows")

    def release(self):
        ask("DELETE", self.path)


@pytest.fixture
def database():
    database = Database()
    yield database
    database.release()
