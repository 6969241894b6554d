CREATE INDEX letter_reference ON letter (CAST(reference AS uuid));
