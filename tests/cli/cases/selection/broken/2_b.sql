CREATE TABLE b (id nothing);
