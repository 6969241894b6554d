CREATE TABLE message_new (LIKE message INCLUDING ALL);
INSERT INTO message_new SELECT * FROM message;
DROP TABLE message;
ALTER TABLE message_new RENAME TO message;
