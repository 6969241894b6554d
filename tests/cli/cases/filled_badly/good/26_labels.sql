CREATE TYPE rank AS ENUM ('low', 'high', 'other');
-- Three of them are named, and one has a value of its own.
ALTER TABLE ticket ALTER urgency TYPE rank USING (CASE WHEN urgency IN ('high', 'urgent') THEN 'high' WHEN urgency = 'low' THEN 'low' ELSE 'other' END)::rank;
-- Together they say which one it was.
ALTER TABLE ticket ADD COLUMN begun boolean, ADD COLUMN ended boolean;
UPDATE ticket SET begun = (progress = 'begun'), ended = (progress = 'full');
ALTER TABLE ticket DROP COLUMN progress;
