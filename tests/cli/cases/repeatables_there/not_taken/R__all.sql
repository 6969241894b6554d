-- ${flyway:timestamp}
CREATE OR REPLACE VIEW dataset_all AS SELECT * FROM dataset;
