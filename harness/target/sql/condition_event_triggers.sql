-- Event triggers that are on: they run for each statement of a migration that changes the schema.
SELECT quote_ident(t.evtname) AS object, 1 AS value, t.evtevent || ', calls ' || t.evtfoid::regprocedure::text AS note
FROM pg_event_trigger t
WHERE t.evtenabled <> 'D'
ORDER BY 1;
