CREATE TYPE vendor2 AS ENUM ('acme', 'initech');
ALTER TABLE provider ALTER COLUMN vendor TYPE vendor2 USING vendor::text::vendor2;
DROP TYPE vendor;
ALTER TYPE vendor2 RENAME TO vendor;
UPDATE legacy SET vendor = vendor;
