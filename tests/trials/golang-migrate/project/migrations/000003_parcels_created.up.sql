CREATE INDEX CONCURRENTLY parcels_created ON parcels (created_at);
