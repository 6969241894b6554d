SET LOCAL session_replication_role = replica;
INSERT INTO accounts VALUES (1, 'Ada');
