ALTER TABLE reply DROP CONSTRAINT reply_answer_check;
ALTER TABLE reply ALTER answer TYPE boolean USING CASE WHEN answer = 'yes' THEN true WHEN answer IN ('no', 'maybe') THEN false END;
-- Each gets a value of its own.
ALTER TABLE reply DROP CONSTRAINT reply_other_check;
ALTER TABLE reply ALTER other TYPE integer USING CASE WHEN other = 'in' THEN 1 WHEN other = 'out' THEN 2 ELSE 3 END;
ALTER TABLE reply DROP CONSTRAINT reply_two_check;
ALTER TABLE reply ALTER two TYPE boolean USING two = 'on';
-- Nobody says which words there are.
ALTER TABLE reply ALTER word TYPE boolean USING word IN ('yes', 'on', 'true');
