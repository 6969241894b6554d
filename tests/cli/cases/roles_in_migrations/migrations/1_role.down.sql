DROP TABLE orders; DROP ROLE shop_app;
