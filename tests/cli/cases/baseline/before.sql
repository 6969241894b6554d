CREATE SCHEMA shop;
CREATE TABLE shop.countries (code text PRIMARY KEY);
