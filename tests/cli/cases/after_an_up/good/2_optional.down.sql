UPDATE contact SET phone = '' WHERE phone IS NULL;
ALTER TABLE contact ALTER phone SET NOT NULL;
