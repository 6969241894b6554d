INSERT INTO customers (id, email, name) VALUES (7, 'e2e@example.org', 'e2e');
