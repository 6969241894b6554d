-- The old check names "archived", so that rows have it.
CREATE TABLE job (id int PRIMARY KEY, state text NOT NULL CONSTRAINT job_state CHECK (state IN ('open', 'closed', 'archived')), level text CHECK (level IN ('low', 'high')));
