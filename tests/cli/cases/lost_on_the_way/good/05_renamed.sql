-- What is calculated cannot be found again, and is no loss.
ALTER TABLE person ADD COLUMN display_name text;
UPDATE person SET display_name = upper(nick);
ALTER TABLE person DROP COLUMN nick;
