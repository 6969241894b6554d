ALTER TABLE reply DROP CONSTRAINT reply_answer_check;
ALTER TABLE reply ALTER answer TYPE boolean USING answer = 'yes';
ALTER TABLE reply ADD COLUMN is_in boolean;
UPDATE reply SET is_in = CASE WHEN other = 'in' THEN true ELSE false END;
ALTER TABLE reply DROP COLUMN other;
