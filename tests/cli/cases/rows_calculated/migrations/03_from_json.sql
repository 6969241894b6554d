ALTER TABLE split ADD COLUMN bytes bigint NOT NULL GENERATED ALWAYS AS ((metadata::json -> 'offsets' ->> 'end')::bigint) STORED;
