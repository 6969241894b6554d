-- Each statement is committed by itself, because of VACUUM.
CREATE TEMPORARY TABLE kept AS SELECT * FROM people;
DELETE FROM people;
VACUUM people;
INSERT INTO people SELECT * FROM kept;
