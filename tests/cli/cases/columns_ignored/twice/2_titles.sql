-- migrate:up
UPDATE films SET title = lower(title);

-- migrate:down
