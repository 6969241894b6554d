CREATE TABLE a (x nowhere.t);
