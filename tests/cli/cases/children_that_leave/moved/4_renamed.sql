ALTER TABLE event RENAME TO events;
CREATE TABLE events_new () INHERITS (events);
ALTER TABLE events_new NO INHERIT events;
ALTER TABLE reading_2019 RENAME TO reading_old;
