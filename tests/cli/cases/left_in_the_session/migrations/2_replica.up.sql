SET session_replication_role = replica; INSERT INTO a VALUES (-1);
