CREATE TYPE rank AS ENUM ('low', 'high');
ALTER TABLE ticket ALTER urgency TYPE rank USING (CASE WHEN urgency IN ('high', 'urgent') THEN 'high' ELSE 'low' END)::rank;
ALTER TABLE ticket ADD COLUMN is_open boolean;
UPDATE ticket SET is_open = (progress = 'begun');
ALTER TABLE ticket DROP COLUMN progress;
