CREATE TABLE event (id int, note text);
CREATE TABLE event_old () INHERITS (event);
CREATE TABLE reading (at date NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE reading_2019 PARTITION OF reading FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE reading_new PARTITION OF reading DEFAULT;
