CREATE TABLE dept_new (id int PRIMARY KEY, name text NOT NULL, city text);
INSERT INTO dept_new (id, name) SELECT id, name FROM dept;
ALTER TABLE dept RENAME TO dept_old;
ALTER TABLE dept_new RENAME TO dept;
