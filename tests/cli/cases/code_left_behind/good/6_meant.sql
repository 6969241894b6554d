-- Rows are not to be deleted, and the default is not wanted any more.
CREATE FUNCTION room_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RETURN NULL;
END $$;
CREATE TRIGGER room_stays BEFORE DELETE ON room FOR EACH ROW EXECUTE FUNCTION room_stays();
ALTER TABLE job ALTER COLUMN priority DROP DEFAULT;
