-- The new table has the numbers of the old one.
CREATE TABLE invoice_text (id serial PRIMARY KEY, text text);
INSERT INTO invoice_text (id) SELECT id FROM invoice;
SELECT setval('invoice_text_id_seq', coalesce(max(id), 0) + 1, false) FROM invoice_text;
ALTER TABLE invoice ADD COLUMN text_id integer REFERENCES invoice_text (id);
UPDATE invoice SET text_id = t.id FROM invoice_text t WHERE t.id = invoice.id;
