CREATE OR REPLACE VIEW owners AS SELECT id, owner FROM dataset;
