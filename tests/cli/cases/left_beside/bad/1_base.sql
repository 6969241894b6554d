CREATE ROLE desk_app NOLOGIN;
CREATE ROLE desk_read NOLOGIN;
CREATE TABLE lead (id int PRIMARY KEY, name text);
CREATE TABLE deal (id int PRIMARY KEY, state text NOT NULL CONSTRAINT deal_state_check CHECK (state IN ('open', 'won')), colour text);
GRANT SELECT, INSERT, UPDATE, DELETE ON lead, deal TO desk_app;
GRANT SELECT ON lead, deal TO desk_read;
CREATE FUNCTION fee(cents int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT cents / 10';
CREATE FUNCTION discount(cents int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT cents / 10';
