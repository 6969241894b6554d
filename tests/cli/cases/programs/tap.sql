-- What pgTAP writes, without it.
INSERT INTO orders VALUES (1, 5);
SELECT CASE count(*) WHEN 1 THEN 'ok 1 - its own row alone' ELSE 'not ok 1 - its own row alone' END FROM orders;
SELECT 'ok 2 - replication # SKIP there is no standby';
SELECT '1..2';
