CREATE TABLE orders (id int PRIMARY KEY, note text); CREATE INDEX orders_note ON orders (note);
