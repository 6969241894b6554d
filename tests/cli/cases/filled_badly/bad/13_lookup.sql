CREATE TABLE country (id serial PRIMARY KEY, name text NOT NULL);
ALTER TABLE shop ADD COLUMN country_id int REFERENCES country, DROP COLUMN country;
