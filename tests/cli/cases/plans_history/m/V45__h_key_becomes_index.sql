CREATE INDEX tokens_token_idx ON tokens (token);
ALTER TABLE tokens DROP CONSTRAINT tokens_token_key;
