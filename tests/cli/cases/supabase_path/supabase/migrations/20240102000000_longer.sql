create or replace function public.make_token() returns text language sql as $$ select encode(gen_random_bytes(16), 'hex') $$;
