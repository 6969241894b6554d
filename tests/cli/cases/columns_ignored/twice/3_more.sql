-- migrate:up
UPDATE films SET title = title || '.';

-- migrate:down
