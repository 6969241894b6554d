ALTER TABLE person ADD COLUMN full_name text;
UPDATE person SET full_name = first || ' ' || middle || ' ' || last;
