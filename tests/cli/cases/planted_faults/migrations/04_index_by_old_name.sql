ALTER INDEX people_name RENAME TO people_last_name;
