"""Pending migrations beside rows of the target on which they fail, or do not: what fails there may not be ticked."""
import json
import pathlib
import shutil
import subprocess

URL = pathlib.Path("url").read_text(encoding="utf-8").strip()
# Title, migration, more of the suite, whether it works on the rows of the target.
CASES = [
    ("NULL", "ALTER TABLE customers ALTER email SET NOT NULL", "", False),
    ("NULL that is filled before", "UPDATE customers SET email = '-' WHERE email IS NULL; ALTER TABLE customers ALTER email SET NOT NULL", "", True),
    ("equal values", "CREATE UNIQUE INDEX ON customers (code)", "", False),
    ("a key that leads nowhere", "ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers", "", False),
    ("an index", "CREATE INDEX ON customers (code)", "", True),
    ("a column that nothing fills", "ALTER TABLE customers ADD must int NOT NULL", "", False),
    ("a cast in an UPDATE", "ALTER TABLE customers ADD years int; UPDATE customers SET years = age::int", "", False),
    ("a calculation", "ALTER TABLE customers ADD share int GENERATED ALWAYS AS (100 / n) STORED", "", False),
    ("what the migration looks at itself", "DO $$ BEGIN IF EXISTS (SELECT FROM customers WHERE email IS NULL) THEN RAISE EXCEPTION 'mend them'; END IF; END $$", "", False),
    ("rows that exclude each other", "ALTER TABLE customers ADD EXCLUDE USING btree (code WITH =)", "", False),
    ("one that may fail on rows, says the suite", "ALTER TABLE customers ALTER email SET NOT NULL", ", rows_except: { 2_it.up.sql: too old }", False),
]


def works_there(sql):
    return subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", URL], input=f"BEGIN; {sql}; ROLLBACK;", stderr=subprocess.DEVNULL, encoding="utf-8", check=False).returncode == 0


subprocess.run(["psql", "-qX", URL, "-c", "INSERT INTO customers VALUES (1, NULL, 'a', '12x', 0), (2, 'b', 'a', '7', 1); INSERT INTO orders VALUES (1, 99)"], check=True)
for title, sql, more, works in CASES:
    shutil.rmtree("new", ignore_errors=True)
    shutil.copytree("old", "new")
    pathlib.Path("new/2_it.up.sql").write_text(f"{sql};\n", encoding="utf-8")
    pathlib.Path("new.yaml").write_text(f"suite: shop\ndatabases: {{ shop: {{ migrations: new, format: golang-migrate, rollback: none{more} }} }}\nchecklist:\n  - {{ item: data, data: 0 }}\n",
                                        encoding="utf-8")
    subprocess.run(["pgassay", "checklist", "new.yaml", "--target", URL, "--evidence", "e.json"], stdout=subprocess.DEVNULL, check=False)
    item = json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))["items"][0]
    print(f"{item['state']:7} {title}: {item['line']}{'' if works_there(sql) == works else '   (on the target it is otherwise)'}")
    if item["state"] == "unknown":
        print("         ", item["details"].splitlines()[0])
