CREATE TABLE events (
	id int PRIMARY KEY,
	begins timestamptz DEFAULT '2024-01-01 00:00+00'::timestamptz,
	made timestamptz DEFAULT now(),
	day date DEFAULT current_date,
	token uuid DEFAULT gen_random_uuid()
);
INSERT INTO events SELECT n FROM generate_series(1, 3) n;
