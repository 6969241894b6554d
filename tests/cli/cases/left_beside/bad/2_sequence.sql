CREATE TABLE ticket (id serial PRIMARY KEY, body text);
GRANT SELECT, INSERT ON ticket TO desk_app;
