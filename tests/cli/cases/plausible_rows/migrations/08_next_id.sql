-- Rollback:
--   DELETE FROM event WHERE payload = '"made by hand"';
INSERT INTO event SELECT coalesce(max(id), 0) + 1, '"made by hand"' FROM event;
