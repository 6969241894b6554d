REVOKE SELECT (id) ON public.people FROM PUBLIC;
