ALTER TABLE account OWNER TO bookkeeper;
