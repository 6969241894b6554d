CREATE TABLE chat_log (chat int NOT NULL);
GRANT INSERT ON chat_log TO accidents_reader;
ALTER TABLE chat_log ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION chat_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.chat_log (chat) VALUES (NEW.id);
  RETURN NEW;
END $$;
CREATE TRIGGER chat_log AFTER INSERT ON chat FOR EACH ROW EXECUTE FUNCTION chat_log();
