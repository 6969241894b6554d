INSERT INTO states VALUES ('new'), ('done');
