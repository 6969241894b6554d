COMMENT ON COLUMN public.people.role IS NULL;
