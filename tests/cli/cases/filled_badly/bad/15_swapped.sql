ALTER TABLE rate_next RENAME TO rate_new;
DROP TABLE rate;
CREATE TABLE rate (id serial PRIMARY KEY, amount int, note text);
