"""pg_stat_statements: not there, there and not loaded, loaded; for a role that may read statistics, and for one that may not."""
import json
import shutil
import subprocess
import sys

sys.path.insert(0, "tests/cli/support")
import cluster
from cluster import Cluster


def inspect(title, url):
    done = subprocess.run(["pgassay", "inspect", "--target", url, "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    print(f"\n== {title}: exit {done.returncode}")
    if done.returncode != 0:
        print(done.stdout)
        return
    section = next(section for section in json.loads(done.stdout) if section["check_name"] == "slow_statements")
    if "not_known" in section:
        print("not known:", section["not_known"])
    ours = [row for row in section["rows"] if "orders" in row["statement"] and "SELECT" in row["statement"]]
    for row in ours[:1]:
        print(row["statement"], "| calls", row["calls"], "| rows", row["rows"])
    print("the slowest is the planted one:", bool(ours) and ours[0]["statement"].startswith("SELECT count(*), pg_sleep"))
    print("statements of another database:", sum("elsewhere" in row["statement"] for row in section["rows"]))


def main():
    folder = cluster.folder()
    server = Cluster(folder, "server", [])
    try:
        server.run("initdb", "-N", "-A", "trust", "-U", "postgres", "--no-locale", "-E", "UTF8", "-D", str(server.data))
        server.start()
        server.psql("CREATE DATABASE shop", "postgres")
        server.psql("CREATE TABLE orders (id int PRIMARY KEY, status text); CREATE ROLE guest LOGIN; CREATE ROLE reader LOGIN; GRANT pg_read_all_stats TO reader")
        inspect("no extension", server.url())
        server.psql("CREATE SCHEMA tools; CREATE EXTENSION pg_stat_statements SCHEMA tools")
        inspect("an extension whose library is not loaded", server.url())
        server.stop()
        server.settings = ["shared_preload_libraries=pg_stat_statements"]
        server.start()
        server.psql("INSERT INTO orders SELECT i, 'new' FROM generate_series(1, 1000) i")
        server.psql("SELECT count(*), pg_sleep(0.5) FROM orders")
        for i in range(3):
            server.psql(f"SELECT status FROM orders WHERE id = {i}")
        server.psql("SELECT pg_sleep(0.6) AS elsewhere", "postgres")
        inspect("loaded", server.url())
        inspect("a role that may not use the schema of the extension", server.url(user="reader"))
        server.psql("GRANT USAGE ON SCHEMA tools TO reader, guest")
        inspect("a role that may read statistics", server.url(user="reader"))
        inspect("a role that may only connect", server.url(user="guest"))
        server.psql("DROP EXTENSION pg_stat_statements; CREATE FUNCTION tools.pg_stat_statements(bool) RETURNS int LANGUAGE sql AS 'SELECT 1'")
        inspect("a function that only has the name", server.url())
    finally:
        server.stop()
        shutil.rmtree(folder)


main()
