-- The old column stays for the next batches.
ALTER TABLE address ADD html text;
UPDATE address SET html = body WHERE id IN (SELECT id FROM address WHERE html IS NULL LIMIT 1000);
