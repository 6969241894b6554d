ALTER TABLE letter ADD COLUMN subject text;
UPDATE letter SET subject = body::jsonb ->> 'subject' WHERE body IS NOT NULL;
