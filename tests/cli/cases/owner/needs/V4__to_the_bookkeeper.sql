ALTER TABLE accounts OWNER TO bookkeeper;
