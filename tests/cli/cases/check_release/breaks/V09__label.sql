ALTER TYPE status RENAME VALUE 'paid' TO 'settled';
