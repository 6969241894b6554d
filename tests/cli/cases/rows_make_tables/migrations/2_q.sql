-- Rollback:
--   DROP TABLE q;
CREATE TABLE q (id int PRIMARY KEY, p int REFERENCES p);
