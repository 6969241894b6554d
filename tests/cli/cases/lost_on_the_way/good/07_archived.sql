CREATE TABLE mail (id int PRIMARY KEY, body text, sent_at timestamptz);
CREATE TABLE mail_old (LIKE mail INCLUDING ALL);
INSERT INTO mail_old SELECT * FROM message WHERE sent_at < '2010-01-01';
INSERT INTO mail SELECT * FROM message WHERE sent_at >= '2010-01-01' OR sent_at IS NULL;
DROP TABLE message;
