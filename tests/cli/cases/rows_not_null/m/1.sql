CREATE TABLE item (id integer NOT NULL, code integer, name text);
