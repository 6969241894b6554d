INSERT INTO kinds VALUES (1, 'plant');
