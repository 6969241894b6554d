DROP FUNCTION touch() CASCADE;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed := clock_timestamp();
  RETURN NEW;
END $$;
