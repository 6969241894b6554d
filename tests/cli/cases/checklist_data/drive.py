"""Pending migrations beside rows of the target on which they fail, or do not: what fails there may not be ticked."""
import json
import pathlib
import shutil
import subprocess
import sys

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
    ("VALIDATE of an old check", "ALTER TABLE payments VALIDATE CONSTRAINT positive", "", False),
    ("the same, mended before", "UPDATE payments SET amount = 1, plan = 'free' WHERE amount <= 0; ALTER TABLE payments VALIDATE CONSTRAINT positive", "", True),
    ("VALIDATE of an old check that holds", "ALTER TABLE payments VALIDATE CONSTRAINT small", "", True),
    ("VALIDATE of an old key", "ALTER TABLE payments VALIDATE CONSTRAINT of_plan", "", False),
    ("the same, deleted before", "DELETE FROM payments p WHERE NOT EXISTS (SELECT FROM plans WHERE code = p.plan); ALTER TABLE payments VALIDATE CONSTRAINT of_plan", "", True),
    ("INSERT of a key that is taken", "INSERT INTO plans (code, name) VALUES ('team', 'Team'), ('solo', 'Solo')", "", False),
    ("INSERT of a key that is free", "INSERT INTO plans (code, name) VALUES ('club', 'Club')", "", True),
    ("INSERT that looks out", "INSERT INTO plans (code, name) VALUES ('team', 'Crew') ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name", "", True),
    ("INSERT of an id that is taken", "INSERT INTO plans VALUES (2, 'best', 'Best')", "", False),
    ("INSERT beside an index on an expression", "INSERT INTO plans (code, name) VALUES ('t2', 'TEAM')", "", False),
    ("the same where the index does not look", "INSERT INTO plans (code, name, old) VALUES ('t2', 'TEAM', true)", "", True),
    ("INSERT of a free key in a script that commits", "BEGIN; INSERT INTO plans (code) VALUES ('club'); COMMIT; SELECT 1", "", True),
    ("INSERT in a script that commits", "BEGIN; INSERT INTO plans (code) VALUES ('team'); COMMIT; SELECT 1", "", False),
    ("UPDATE of an earlier row of ours", "UPDATE plans SET name = 'Gratis' WHERE code = 'free'", "", True),
    ("UPDATE to a key that is taken", "UPDATE plans SET code = 'team' WHERE code = 'free'", "", False),
    ("INSERT beside an exclusion constraint", "INSERT INTO bookings VALUES ('[5,6)')", "", False),
    ("the same, where none is in the way", "INSERT INTO bookings VALUES ('[50,60)')", "", True),
    ("the same, looking out", "INSERT INTO bookings VALUES ('[5,6)') ON CONFLICT DO NOTHING", "", True),
    ("INSERT whose sequence stands behind the rows", "INSERT INTO tags (tag) VALUES ('new'), ('newer')", "", False),
    ("the same, where the sequence is set right before", "SELECT setval('tags_id_seq', (SELECT max(id) FROM tags)); INSERT INTO tags (tag) VALUES ('new')", "", True),
    ("INSERT whose sequence is ahead", "INSERT INTO countries (code) VALUES ('de')", "", True),
    ("a row of ours to which another points is gone", "INSERT INTO cities VALUES (1, 3)", "", False),
    ("the same with a row that is there", "INSERT INTO cities VALUES (1, 1)", "", True),
    ("a row of ours that is looked up is gone", "INSERT INTO cities SELECT 1, id, code FROM countries WHERE code = 'at'; DO $$ DECLARE it int; BEGIN SELECT id INTO STRICT it FROM countries WHERE code = 'yu'; END $$", "", False),
    ("the same with one that is there", "DO $$ DECLARE it int; BEGIN SELECT id INTO STRICT it FROM countries WHERE code = 'at'; END $$", "", True),
    ("the same in a script that commits", "BEGIN; INSERT INTO cities VALUES (1, (SELECT id FROM countries WHERE code = 'yu'), (SELECT code FROM countries WHERE code = 'yu')); COMMIT; SELECT 1", "", False),
    ("an index on texts that are too long", "CREATE INDEX ON customers (note)", "", False),
    ("the same of what is short enough", "CREATE INDEX ON customers (left(note, 100)) WHERE note IS NOT NULL; CREATE INDEX ON customers USING hash (note)", "", True),
    ("one that may fail on rows, says the suite", "ALTER TABLE customers ALTER email SET NOT NULL", ", rows_except: { 2_it.up.sql: too old }", False),
]
# The same of statements that change rows.
CHANGES = [
    ("UPDATE that makes keys equal", "UPDATE plans SET name = trim(name)", "", False),
    ("the same, where they stay apart", "UPDATE plans SET name = upper(name)", "", True),
    ("the same, without the key", "DROP INDEX plans_name; UPDATE plans SET name = trim(name)", "", True),
    ("the same in a DO block", "DO $$ BEGIN UPDATE plans SET name = trim(name); END $$", "", False),
    ("the same in a function", "CREATE FUNCTION tidy() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE plans SET name = trim(name); END $$; SELECT tidy()", "", False),
    ("the same as a text", "DO $$ BEGIN EXECUTE 'UPDATE plans SET name = trim(name)'; END $$", "", False),
    ("the same behind WITH", "WITH neat AS (SELECT id, trim(name) AS name FROM plans) UPDATE plans SET name = neat.name FROM neat WHERE neat.id = plans.id", "", False),
    ("two UPDATEs to other keys", "UPDATE plans SET id = 500 WHERE name = 'Solo'; UPDATE plans SET id = 600 WHERE name = ' Solo'", "", True),
    ("two UPDATEs to the same key", "UPDATE plans SET code = 'same' WHERE name = 'Solo'; UPDATE plans SET code = 'same' WHERE name = ' Solo'", "", False),
    ("UPDATE of what one before has written", "UPDATE plans SET code = 'club' WHERE name = 'Solo'; UPDATE plans SET code = 'team' WHERE code = 'club'", "", False),
    ("UPDATE from another table to a key that is taken", "UPDATE plans p SET code = c.code FROM customers c WHERE p.code = 'team' AND c.code = 'a'", "", False),
    ("UPDATE to a key that another row leaves later", "UPDATE plans SET id = id + 1", "", False),
    ("the same, further", "UPDATE plans SET id = id + 1000", "", True),
    ("UPDATE of a key to which others point", "UPDATE countries SET id = id + 100 WHERE code LIKE 'd%'", "", False),
    ("the same, where nobody points", "UPDATE countries SET id = id + 100 WHERE code LIKE 'z%'", "", True),
    ("DELETE of a row to which others point", "DELETE FROM countries WHERE code LIKE 'd%'", "", False),
    ("the same, where nobody points", "DELETE FROM countries WHERE code LIKE 'z%'", "", True),
    ("the same, after those that point", "DELETE FROM cities WHERE country = 2; DELETE FROM countries WHERE code LIKE 'd%'", "", True),
    ("the same, without the key", "ALTER TABLE cities DROP CONSTRAINT cities_country_fkey; DELETE FROM countries WHERE code LIKE 'd%'", "", True),
    ("DELETE that takes others along, to which others point", "DELETE FROM areas WHERE area LIKE 'n%'", "", False),
    ("a sub-SELECT of several rows", "ALTER TABLE plans ADD customer int; UPDATE plans SET customer = (SELECT c.id FROM customers c WHERE c.code = plans.code)", "", False),
    ("the same of one", "ALTER TABLE plans ADD customer int; UPDATE plans SET customer = (SELECT min(c.id) FROM customers c WHERE c.code = plans.code)", "", True),
    ("a sub-SELECT of several rows in an INSERT", "INSERT INTO orders VALUES (7, (SELECT id FROM customers WHERE code = 'a'))", "", False),
    ("INSERT of rows that get the same key", "INSERT INTO areas SELECT 'x' || lower(trim(name)) FROM plans WHERE name IS NOT NULL", "", False),
    ("the same, of other keys", "INSERT INTO areas SELECT 'x' || id FROM plans", "", True),
    ("INSERT of NULL from a row", "INSERT INTO countries (code) SELECT nullif(code, 'team') || '_' FROM plans", "", False),
    ("UPDATE of a view", "CREATE VIEW all_plans AS SELECT id, name FROM plans; UPDATE all_plans SET name = trim(name)", "", False),
    ("a cast of JSON", "UPDATE customers SET n = (json_build_object('n', age) ->> 'n')::int", "", False),
    ("the same, where it can be", "UPDATE customers SET n = (json_build_object('n', age) ->> 'n')::int WHERE age ~ '^[0-9]{1,6}$'", "", True),
    ("a new value that a check refuses", "UPDATE tags SET tag = tag || 'b'", "", False),
    ("UPDATE to NULL where there may be none", "UPDATE plans SET code = (SELECT age FROM customers c WHERE c.code = plans.code AND c.n = 1) WHERE code LIKE 't%'", "", False),
]


SLOW = "UPDATE customers SET n = CASE WHEN md5(note) = '4f09daa9d95bcb166a302407a0e0babe' THEN (SELECT count(*) FROM generate_series(1, 1000000000) g WHERE g % 7 = customers.n) ELSE n / 2 END"


def works_there(sql):
    return subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", URL], input=f"BEGIN; {sql.replace('BEGIN;', '').replace('COMMIT;', '')}; ROLLBACK;", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, encoding="utf-8", check=False).returncode == 0


def ask(sql, more="", options=()):
    shutil.rmtree("new", ignore_errors=True)
    shutil.copytree("old", "new")
    pathlib.Path("new/2_it.up.sql").write_text(f"{sql};\n", encoding="utf-8")
    pathlib.Path("new.yaml").write_text(f"suite: shop\ndatabases: {{ shop: {{ migrations: new, format: golang-migrate, rollback: none{more} }} }}\nchecklist:\n  - {{ item: data, data: 0 }}\n",
                                        encoding="utf-8")
    subprocess.run(["pgassay", "checklist", "new.yaml", "--target", URL, "--evidence", "e.json", *options], stdout=subprocess.DEVNULL, check=False)
    return json.loads(pathlib.Path("e.json").read_text(encoding="utf-8"))["items"][0]


if sys.argv[1:] == []:
    subprocess.run(["psql", "-qX", URL, "-c", "INSERT INTO customers VALUES (1, NULL, 'a', '12x', 0, (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i)), (2, 'b', 'a', '7', 1, 'short'); INSERT INTO orders VALUES (1, 99); INSERT INTO plans (code, name) VALUES ('team', 'Team'); INSERT INTO bookings VALUES ('[1,10)'); INSERT INTO tags VALUES (1, 'a'), (2, 'b'), (3, 'c'); DELETE FROM countries WHERE code = 'yu';"
                   "INSERT INTO plans (code, name) VALUES ('a', 'Solo'), ('b', ' Solo'); INSERT INTO countries (code) VALUES ('zz'); INSERT INTO cities VALUES (9, 2);"
                   "INSERT INTO areas VALUES ('north'), ('south'); INSERT INTO offices VALUES (1, 'north'), (2, 'south'); INSERT INTO desks VALUES (1, 1);"
                   "ALTER TABLE payments DROP CONSTRAINT positive, DROP CONSTRAINT of_plan; INSERT INTO payments VALUES (1, 'gone', -1);"
                   "ALTER TABLE payments ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID, ADD CONSTRAINT of_plan FOREIGN KEY (plan) REFERENCES plans (code) NOT VALID"], check=True)
for title, sql, more, works in CHANGES if sys.argv[1:] == ["changes"] else CASES:
    item = ask(sql, more)
    print(f"{item['state']:7} {title}: {item['line']}{'' if works_there(sql) == works else '   (on the target it is otherwise)'}")
    if item["state"] == "unknown":
        print("         ", item["details"].splitlines()[0])
if sys.argv[1:] == ["changes"]:
    item = ask(SLOW, options=["--statement-timeout", "1"])
    print(f"{item['state']:7} what takes too long there: {item['line']}\n         ", item["details"].splitlines()[0], "\n         ", item["hint"])
