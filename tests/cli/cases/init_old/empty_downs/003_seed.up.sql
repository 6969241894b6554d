INSERT INTO kinds VALUES (2, 'tree');
