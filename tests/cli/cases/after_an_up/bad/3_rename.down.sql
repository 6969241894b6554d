ALTER TABLE contact RENAME changed_at TO updated_at;
