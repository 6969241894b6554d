INSERT INTO events VALUES (1, '2024-01-01 00:00+00', now(), '03/04/2024', ('2024-05-01'::date)::text);
CREATE TABLE prices AS SELECT 1 AS id;
