ALTER TABLE booking ALTER starts_at TYPE timestamp USING starts_at AT TIME ZONE 'Europe/Berlin';
SET LOCAL TimeZone TO 'UTC';
ALTER TABLE booking ALTER made_at TYPE timestamptz;
