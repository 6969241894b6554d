ALTER TABLE event_old NO INHERIT event;
