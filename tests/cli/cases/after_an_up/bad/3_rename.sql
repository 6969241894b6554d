ALTER TABLE contact RENAME updated_at TO changed_at;
