CREATE TABLE city (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
INSERT INTO city (name) SELECT DISTINCT upper(city) FROM address;
ALTER TABLE address ADD city_id int REFERENCES city (id);
UPDATE address SET city_id = c.id FROM city c WHERE c.name = upper(address.city);
ALTER TABLE address DROP city;
