ALTER TABLE kinds ADD colour text;
