CREATE TABLE account (id bigint PRIMARY KEY, name varchar(50) NOT NULL);
GRANT SELECT ON account TO ${reader};
