-- Deploy books:fines to pg

BEGIN;

ALTER TABLE library.loans ADD COLUMN fine numeric(8, 2) NOT NULL DEFAULT 0;
CREATE INDEX loans_fine ON library.loans (fine) WHERE fine > 0;

COMMIT;
