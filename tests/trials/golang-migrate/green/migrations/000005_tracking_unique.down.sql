DROP INDEX CONCURRENTLY parcels_tracking;
