ALTER TABLE parcels ADD COLUMN tracking text;
CREATE UNIQUE INDEX CONCURRENTLY parcels_tracking ON parcels (tracking);
