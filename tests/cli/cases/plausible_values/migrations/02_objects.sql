-- Rollback:
--   UPDATE document SET body = body - 'type';
UPDATE document SET body = jsonb_set(body, '{type}', '"page"');
