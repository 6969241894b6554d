INSERT INTO feature VALUES ('beta', false, 'tried'), ('gamma', false, NULL)
ON CONFLICT (code) DO UPDATE SET enabled = excluded.enabled, note = excluded.note;
