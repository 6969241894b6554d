CREATE TABLE dept_new (id int PRIMARY KEY, name text NOT NULL, city text);
INSERT INTO dept_new (id, name) SELECT id, name FROM dept;
ALTER TABLE dept RENAME TO dept_old;
ALTER TABLE dept_new RENAME TO dept;
ALTER TABLE emp DROP CONSTRAINT emp_dept_id_fkey;
ALTER TABLE emp ADD CONSTRAINT emp_dept_id_fkey FOREIGN KEY (dept_id) REFERENCES dept (id);
CREATE OR REPLACE VIEW dept_names AS SELECT name FROM dept;
