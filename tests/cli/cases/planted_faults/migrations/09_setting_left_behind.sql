CREATE SCHEMA audit;
SET search_path = audit;
CREATE TABLE log (id bigint PRIMARY KEY);
