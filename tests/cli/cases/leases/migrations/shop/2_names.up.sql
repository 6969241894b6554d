ALTER TABLE customers ADD name text;
UPDATE customers SET name = split_part(email, '@', 1);
