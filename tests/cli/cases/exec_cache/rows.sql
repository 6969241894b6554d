INSERT INTO kept SELECT 'from the file', random();
