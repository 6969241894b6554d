COMMENT ON TABLE reading IS 'of sensors';
ALTER TABLE reading DETACH PARTITION reading_2019;
