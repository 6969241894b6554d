ALTER TABLE rate RENAME TO rate_old;
ALTER TABLE rate_next RENAME TO rate;
-- A view that has a column of its table twice can be written by one of them.
CREATE VIEW rate_list AS SELECT id, note, note AS title FROM rate;
