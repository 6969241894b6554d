CREATE OR REPLACE VIEW dataset_list AS SELECT * FROM dataset;
