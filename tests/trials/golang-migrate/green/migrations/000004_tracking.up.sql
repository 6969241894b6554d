ALTER TABLE parcels ADD COLUMN tracking text;
