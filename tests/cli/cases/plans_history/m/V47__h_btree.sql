DROP INDEX tokens_kind_idx;
CREATE INDEX tokens_kind_idx ON tokens (kind);
