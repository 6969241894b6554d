CREATE TABLE county (id integer PRIMARY KEY);
INSERT INTO county SELECT DISTINCT region_id FROM town WHERE region_id > 10;
ALTER TABLE town ADD CONSTRAINT town_county FOREIGN KEY (region_id) REFERENCES county;
