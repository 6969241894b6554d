-- How far behind each standby replays, in seconds. A standby that has replayed all of an idle server reports nothing.
SELECT coalesce(nullif(r.application_name, ''), 'pid ' || r.pid) AS object,
       CASE WHEN r.state IS NOT NULL THEN coalesce(extract(epoch FROM r.replay_lag), 0) END AS value,
       r.state AS note
FROM pg_stat_replication r
ORDER BY 2 DESC;
