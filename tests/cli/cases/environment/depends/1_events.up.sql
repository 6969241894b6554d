CREATE TABLE events (
	id int PRIMARY KEY,
	begins timestamptz DEFAULT '2024-01-01'::timestamptz,
	made timestamptz DEFAULT now(),
	seen date,
	said text
);
