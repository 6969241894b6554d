ALTER TABLE town ADD COLUMN label varchar(3);
UPDATE town SET label = id || ': ' || coalesce(name, 'no name');
