ALTER TABLE post ADD COLUMN status text NOT NULL DEFAULT 'draft';
UPDATE post SET status = 'published' WHERE is_published;
ALTER TABLE post DROP COLUMN is_published;
-- Nothing that a flag would say.
ALTER TABLE post ADD COLUMN is_pinned boolean NOT NULL DEFAULT false;
ALTER TABLE post ADD COLUMN subtitle text;
