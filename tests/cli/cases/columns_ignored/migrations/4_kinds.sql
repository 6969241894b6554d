-- migrate:up
DELETE FROM kinds WHERE name = 'western';

-- migrate:down
INSERT INTO kinds (name) VALUES ('western');
