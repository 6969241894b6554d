INSERT INTO shop.orders (state) VALUES ('open');
