-- Another name, and the same again: nothing changes.
ALTER STATISTICS orders_place RENAME TO orders_city_zip;
DROP STATISTICS orders_city_zip;
CREATE STATISTICS orders_place ON zip, city FROM orders;
