ALTER TABLE account ADD COLUMN phone text, ADD COLUMN birth_day date;
UPDATE account SET birth_day = (settings ->> 'birthDay')::date;
UPDATE account a SET settings = a.settings - 'phone' - 'birthDay' WHERE settings ? 'phone';
