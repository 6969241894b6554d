CREATE TYPE mood AS ENUM ('new', 'old');
CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail text NOT NULL UNIQUE, mood mood);
