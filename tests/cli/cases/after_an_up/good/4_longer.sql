ALTER TABLE contact ALTER phone TYPE varchar(100);
