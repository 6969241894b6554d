CREATE TABLE log (message text);
