CREATE SCHEMA kb;
CREATE TYPE kb.state AS ENUM ('new', 'done');
CREATE TABLE kb.projects (
    id uuid PRIMARY KEY,
    name varchar(80) NOT NULL,
    state kb.state NOT NULL DEFAULT 'new',
    CONSTRAINT name_check CHECK (name IN ('a', 'b'))
);
CREATE FUNCTION kb.touch(uuid) RETURNS void LANGUAGE sql AS 'SELECT';
