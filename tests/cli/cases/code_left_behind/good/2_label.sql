ALTER TYPE state RENAME VALUE 'done' TO 'finished';
CREATE OR REPLACE FUNCTION task_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'finished' THEN NEW.closed_at := now(); END IF;
  RETURN NEW;
END $$;
