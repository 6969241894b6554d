-- migrate:up
UPDATE films SET title = lower(title);

-- migrate:down
UPDATE films SET title = title;
