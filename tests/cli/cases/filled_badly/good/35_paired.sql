CREATE TABLE delivery (invoice_id int NOT NULL REFERENCES invoice (id), client_id int NOT NULL REFERENCES client (id));
INSERT INTO delivery (invoice_id, client_id) SELECT i.id, c.id FROM invoice i, client AS c WHERE i.client_id = c.id;
-- No foreign key ties them: each topic is for all banks.
CREATE TABLE bank_topic (bank_id int NOT NULL REFERENCES bank (id), topic_id int NOT NULL REFERENCES topic (id));
INSERT INTO bank_topic (bank_id, topic_id) SELECT b.id, t.id FROM bank b CROSS JOIN topic t;
