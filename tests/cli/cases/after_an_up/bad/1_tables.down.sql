DROP TABLE contact; DROP FUNCTION touch();
