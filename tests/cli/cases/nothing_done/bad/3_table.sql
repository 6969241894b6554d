CREATE TABLE IF NOT EXISTS visit (id serial PRIMARY KEY, page varchar(40), account_id int);
