-- Rollback:
--   ALTER TABLE town DROP CONSTRAINT town_region;
--   DROP TABLE region;
CREATE TABLE region (id integer PRIMARY KEY);
ALTER TABLE town ADD CONSTRAINT town_region FOREIGN KEY (region_id) REFERENCES region;
