CREATE TABLE a ();
CREATE TABLE b (x nowhere.t);
