CREATE UNIQUE INDEX CONCURRENTLY parcels_tracking ON parcels (tracking);
