-- How far behind each standby replays, in seconds. A standby that has replayed all of an idle server reports nothing; one that is still
-- catching up cannot say.
SELECT coalesce(nullif(r.application_name, ''), 'pid ' || r.pid) AS object,
       CASE WHEN r.replay_lag IS NOT NULL THEN extract(epoch FROM r.replay_lag)
            WHEN r.state = 'streaming' THEN 0 END AS value,
       r.state AS note
FROM pg_stat_replication r
WHERE r.state IS DISTINCT FROM 'backup'
ORDER BY 2 DESC;
