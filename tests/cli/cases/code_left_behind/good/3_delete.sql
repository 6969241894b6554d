CREATE TABLE room_log (room int NOT NULL);
CREATE FUNCTION room_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO room_log (room) VALUES (coalesce(NEW.id, OLD.id));
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER room_log BEFORE INSERT OR UPDATE OR DELETE ON room FOR EACH ROW EXECUTE FUNCTION room_log();
