ALTER TABLE contact DROP phone;
ALTER TABLE contact ADD phone varchar(100);
