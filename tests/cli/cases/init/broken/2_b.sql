CREATE TABLE b (a_id int REFERENCES aa (id));
