DROP TABLE lines, orders; DROP FUNCTION touch();
