REVOKE SELECT ON public.people FROM PUBLIC;
GRANT SELECT (id) ON public.people TO PUBLIC;
