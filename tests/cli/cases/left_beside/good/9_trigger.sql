-- Other rows, another event, other arguments: each runs once.
CREATE TRIGGER reply_counted BEFORE UPDATE ON topic FOR EACH ROW WHEN (OLD.name IS NULL) EXECUTE FUNCTION count_reply();
CREATE TRIGGER reply_first BEFORE INSERT ON topic FOR EACH ROW EXECUTE FUNCTION count_reply();
CREATE TRIGGER reply_removed BEFORE DELETE ON topic FOR EACH ROW EXECUTE FUNCTION count_reply('removed');
