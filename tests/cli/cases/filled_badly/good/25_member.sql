ALTER TABLE account ADD COLUMN phone text, ADD COLUMN birth_day date, ADD COLUMN mail text;
UPDATE account SET birth_day = (settings ->> 'birthDay')::date;
UPDATE account SET settings = settings - 'birthDay';
UPDATE account a SET phone = settings ->> 'phone', settings = a.settings - 'phone' WHERE settings ? 'phone';
-- No column has that name.
UPDATE account SET settings = settings - 'fax';
