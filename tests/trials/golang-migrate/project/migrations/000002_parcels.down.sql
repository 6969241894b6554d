BEGIN;
DROP VIEW open_parcels;
DROP TABLE parcels;
COMMIT;
