UPDATE usr SET nick = 'nobody ' || id WHERE nick IS NULL;
ALTER TABLE usr ALTER nick SET NOT NULL;
