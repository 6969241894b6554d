-- Rollback:
--   DELETE FROM plan WHERE id IN (1, 2);
INSERT INTO plan (id, name) VALUES (1, 'free'), (2, 'team') ON CONFLICT (id) DO UPDATE SET name = excluded.name;
SELECT setval('plan_id_seq', (SELECT max(id) FROM plan));
