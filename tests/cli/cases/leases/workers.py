"""Several processes lease databases at the same time; each must find its own as the migrations left it, and nobody else on it."""
import json
import multiprocessing
import os
import subprocess
import urllib.request

WORKERS, ROUNDS = 8, 5


def request(method, path):
    with urllib.request.urlopen(urllib.request.Request(os.environ["PGASSAY_LEASES"] + path, method=method)) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def psql(url, sql):
    return subprocess.run(["psql", "-qAtX", url, "-c", sql], check=True, capture_output=True, text=True).stdout.strip()


def work(worker):
    names = []
    for i in range(ROUNDS):
        lease = request("POST", "/databases?database=shop")
        names.append(lease["id"])
        assert psql(lease["url"], "INSERT INTO customers VALUES (2, 'b', 'b'); SELECT count(*) FROM customers") == "2"
        if i % 2 == 0:
            again = request("POST", f"/databases/{lease['id']}/reset")
            assert again == lease and psql(lease["url"], "SELECT count(*) FROM customers") == "1"
        if i != ROUNDS - 1:
            request("DELETE", f"/databases/{lease['id']}")
    return names


if __name__ == "__main__":
    with multiprocessing.Pool(WORKERS) as pool:
        leased = [name for names in pool.map(work, range(WORKERS)) for name in names]
    print(len(leased), "leases of", len(set(leased)), "databases;", len(request("GET", "/databases")), "are still lent")
