CREATE TABLE person (id serial PRIMARY KEY, first text NOT NULL, middle text, last text);
CREATE TABLE account (id serial PRIMARY KEY, settings jsonb DEFAULT '{}', theme text, language text);
CREATE TABLE team (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE player (id serial PRIMARY KEY, team_id int NOT NULL REFERENCES team, team_name text);
CREATE TYPE role_kind AS ENUM ('admin', 'editor', 'viewer', 'guest');
CREATE TABLE member (id serial PRIMARY KEY, roles role_kind[] NOT NULL DEFAULT '{}');
CREATE TYPE job_state AS ENUM ('new', 'open', 'closed');
CREATE TABLE job (id serial PRIMARY KEY, state job_state NOT NULL DEFAULT 'new');
CREATE FUNCTION open_jobs() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM job WHERE state = 'open' $$;
CREATE TABLE task (
  id serial PRIMARY KEY, title text NOT NULL, place text, place_of text,
  stage text NOT NULL DEFAULT 'new' CHECK (stage IN ('new', 'active', 'done'))
);
CREATE INDEX active_task ON task (title) WHERE stage = 'active';
CREATE TABLE post (id serial PRIMARY KEY, title text NOT NULL, is_published boolean NOT NULL DEFAULT false);
CREATE TABLE item (id serial PRIMARY KEY, price integer, sku text);
CREATE TABLE shop (id serial PRIMARY KEY, country text NOT NULL);
CREATE TABLE biography (id serial PRIMARY KEY, person_id int REFERENCES person, story text NOT NULL);
CREATE TABLE portrait (person_id int PRIMARY KEY REFERENCES person, url text NOT NULL);
CREATE TABLE rate (id serial PRIMARY KEY, amount numeric(12,2), note text);
CREATE TABLE rate_next (id serial PRIMARY KEY, amount int, note text);
CREATE TABLE bill (id serial PRIMARY KEY, price numeric(10,2) NOT NULL, tax numeric(10,2), total numeric(10,2), cents integer NOT NULL, weight integer NOT NULL,
                   deactivated_at timestamptz, archived_at timestamptz, color text, shape text);
CREATE TABLE seat (room integer, place integer);
CREATE TYPE progress AS ENUM ('begun', 'half', 'full');
CREATE TYPE urgency AS ENUM ('low', 'normal', 'high', 'urgent');
CREATE TABLE ticket (id serial PRIMARY KEY, urgency urgency NOT NULL, progress progress NOT NULL);
CREATE TABLE reply (id serial PRIMARY KEY, answer text CHECK (answer IN ('yes', 'no', 'maybe')), other varchar(9) CHECK (other IN ('in', 'out', 'away')),
                    two text CHECK (two IN ('on', 'off')), word text);
CREATE TABLE product (id serial PRIMARY KEY, net int NOT NULL CHECK (net BETWEEN 0 AND 100000), gross int, name text NOT NULL, slug text NOT NULL, words tsvector, fee int);
CREATE FUNCTION slug() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.slug := lower(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER slug BEFORE INSERT OR UPDATE ON product FOR EACH ROW EXECUTE FUNCTION slug();
CREATE TABLE page (id serial PRIMARY KEY, is_hidden boolean NOT NULL DEFAULT false, enabled boolean NOT NULL DEFAULT true, is_public boolean);
CREATE TABLE ware (id serial PRIMARY KEY, price numeric(8,2) NOT NULL, weight numeric(8,2), height numeric(8,2), code text, many integer);
CREATE TABLE essay (id int PRIMARY KEY, title text);
CREATE TABLE topic (id int PRIMARY KEY, name text);
CREATE TABLE "_EssayToTopic" ("A" int NOT NULL REFERENCES essay (id), "B" int NOT NULL REFERENCES topic (id), UNIQUE ("A", "B"));
CREATE TABLE bank (id int PRIMARY KEY, institution_id text);
CREATE TABLE link (id int PRIMARY KEY, bank_id int REFERENCES bank (id), institution_id bigint);
CREATE TABLE client (id serial PRIMARY KEY, region text NOT NULL);
CREATE TABLE invoice (id serial PRIMARY KEY, client_id integer NOT NULL REFERENCES client (id), cents integer NOT NULL);
CREATE TABLE contact (id int PRIMARY KEY, data jsonb NOT NULL DEFAULT '{}');
CREATE VIEW contact_mail AS SELECT id, data ->> 'mail' AS mail FROM contact;
CREATE TABLE address (id int PRIMARY KEY, city text NOT NULL, body text NOT NULL, words text);
CREATE TABLE coupon (id int PRIMARY KEY, active boolean NOT NULL DEFAULT true, is_hidden boolean NOT NULL DEFAULT false);
