CREATE TABLE runs (id serial PRIMARY KEY, flow text NOT NULL UNIQUE, run text NOT NULL);
CREATE TABLE parts (id serial PRIMARY KEY, flow text NOT NULL REFERENCES runs (flow), run text NOT NULL);
