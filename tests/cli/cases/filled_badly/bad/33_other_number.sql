ALTER TABLE invoice ADD COLUMN region text;
UPDATE invoice SET region = (SELECT c.region FROM client c WHERE c.id = invoice.id);
