INSERT INTO feature VALUES ('beta', false, 'tried'), ('delta', false, NULL)
ON CONFLICT (code) DO UPDATE SET enabled = excluded.enabled, note = excluded.note;
INSERT INTO feature VALUES ('old', false, 'gone') ON CONFLICT DO NOTHING;
