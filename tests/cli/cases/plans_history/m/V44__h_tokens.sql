CREATE TABLE tokens (id bigint PRIMARY KEY, token text NOT NULL CONSTRAINT tokens_token_key UNIQUE);
