ALTER TABLE booking ALTER starts_at TYPE timestamp;
ALTER TABLE booking ALTER made_at TYPE timestamptz;
