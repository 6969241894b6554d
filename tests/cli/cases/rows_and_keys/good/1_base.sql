CREATE TABLE member (id int PRIMARY KEY, email text NOT NULL);
CREATE TABLE booking (id int PRIMARY KEY, member_id int NOT NULL REFERENCES member (id) ON DELETE CASCADE);
CREATE TABLE tag (id int PRIMARY KEY, label text NOT NULL);
CREATE TABLE person (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL);
