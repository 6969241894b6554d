INSERT INTO customers (email) VALUES ('Dan@example.org');
COPY customers (email) FROM stdin;
Eve@example.org
\.
