CREATE TABLE delivery (invoice_id int NOT NULL REFERENCES invoice (id), client_id int NOT NULL REFERENCES client (id));
INSERT INTO delivery (invoice_id, client_id) SELECT i.id, c.id FROM invoice i CROSS JOIN client AS c WHERE i.cents IS NOT NULL;
