DROP INDEX tags_id;
