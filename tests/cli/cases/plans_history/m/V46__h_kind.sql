ALTER TABLE tokens ADD COLUMN kind int NOT NULL DEFAULT 0;
CREATE INDEX tokens_kind_idx ON tokens USING hash (kind);
