-- Nobody wants the NULLs back.
-- Rollback:
--   ALTER TABLE account ALTER tier DROP NOT NULL;
UPDATE account SET tier = 'free' WHERE tier IS NULL;
ALTER TABLE account ALTER tier SET NOT NULL;
