CREATE TABLE mail (id int PRIMARY KEY, body text, sent_at timestamptz);
INSERT INTO mail SELECT * FROM message WHERE sent_at < '2010-01-01';
DROP TABLE message;
