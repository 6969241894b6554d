SET session_replication_role = replica;
INSERT INTO accounts VALUES (1, 'ann');
RESET session_replication_role;
