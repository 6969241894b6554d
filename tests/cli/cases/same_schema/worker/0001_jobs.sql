CREATE TABLE jobs (id bigint PRIMARY KEY, done boolean DEFAULT false, title varchar(200) NOT NULL);
