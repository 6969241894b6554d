CREATE TABLE country (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
INSERT INTO country (name) SELECT DISTINCT country FROM shop;
ALTER TABLE shop ADD COLUMN country_id int REFERENCES country;
UPDATE shop SET country_id = c.id FROM country c WHERE c.name = shop.country;
ALTER TABLE shop DROP COLUMN country;
