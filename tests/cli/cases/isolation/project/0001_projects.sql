CREATE TABLE projects (id int PRIMARY KEY, name text NOT NULL);
GRANT SELECT, INSERT ON projects TO project_app;
CREATE TABLE countries (code text PRIMARY KEY);
GRANT SELECT ON countries TO PUBLIC;
