-- Rollback: DROP TABLE shop.carts;
CREATE TABLE shop.carts (country text REFERENCES shop.countries);
