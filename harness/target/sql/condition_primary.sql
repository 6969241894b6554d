-- A standby takes no migration.
SELECT 'server' AS object, 1 AS value, 'is a standby, or is being restored' AS note
WHERE pg_is_in_recovery();
