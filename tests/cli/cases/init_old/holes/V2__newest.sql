CREATE TABLE letters (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner text NOT NULL);
CREATE POLICY own ON letters USING (owner = current_user);
CREATE FUNCTION newest_letter() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT max(id) FROM letters';
