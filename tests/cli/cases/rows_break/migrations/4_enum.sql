-- Rollback:
--   ALTER TABLE orders ALTER COLUMN state TYPE text;
--   DROP TYPE state;
CREATE TYPE state AS ENUM ('open', 'paid');
ALTER TABLE orders ALTER COLUMN state TYPE state USING state::state;
