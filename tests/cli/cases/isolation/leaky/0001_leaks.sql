CREATE TABLE reports (id int PRIMARY KEY, text text);
GRANT SELECT ON reports TO leaky_app, auth_app;
CREATE TABLE drafts (id int PRIMARY KEY, text text);
GRANT SELECT (id), DELETE ON drafts TO PUBLIC;
CREATE FOREIGN DATA WRAPPER other_databases VALIDATOR postgresql_fdw_validator;
CREATE SERVER projects FOREIGN DATA WRAPPER other_databases OPTIONS (host 'db', dbname 'project');
CREATE USER MAPPING FOR leaky_app SERVER projects OPTIONS (user 'project_app', password 'secret');
GRANT project_app TO leaky_app;
