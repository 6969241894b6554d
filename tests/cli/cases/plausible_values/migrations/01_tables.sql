CREATE TYPE level AS ENUM ('low', 'middle', 'high');
CREATE TABLE document (id serial PRIMARY KEY, body jsonb);
CREATE TABLE place (id serial PRIMARY KEY, name varchar(200));
CREATE TABLE risk (id serial PRIMARY KEY, level level NOT NULL);
CREATE TABLE hit (at timestamptz, token text, call text, n integer, PRIMARY KEY (at, token, call));
CREATE TABLE message (id uuid PRIMARY KEY, area text NOT NULL);
CREATE TABLE part (id serial PRIMARY KEY, message_id uuid NOT NULL);
CREATE TABLE hook (id serial PRIMARY KEY, payload json NOT NULL);
CREATE TABLE note (id serial PRIMARY KEY, payload json NOT NULL);
