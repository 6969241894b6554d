ALTER TABLE person ADD COLUMN display_name text;
UPDATE person SET display_name = nick WHERE length(nick) > 3;
ALTER TABLE person DROP COLUMN nick;
