ALTER TABLE shop ADD COLUMN city text;
