CREATE TABLE country (id integer PRIMARY KEY);
ALTER TABLE town ADD CONSTRAINT town_country FOREIGN KEY (country_id) REFERENCES country;
