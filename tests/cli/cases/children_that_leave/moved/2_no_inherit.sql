INSERT INTO event SELECT * FROM event_old;
ALTER TABLE event_old NO INHERIT event;
