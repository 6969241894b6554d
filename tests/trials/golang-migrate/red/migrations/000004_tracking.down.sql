ALTER TABLE parcels DROP COLUMN tracking;
