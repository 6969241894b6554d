COMMENT ON COLUMN public.people.role IS 'guest, member, owner or admin';
