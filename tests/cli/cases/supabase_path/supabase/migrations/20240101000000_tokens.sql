create extension if not exists pgcrypto with schema extensions;

create function public.make_token() returns text language sql as $$ select encode(gen_random_bytes(8), 'hex') $$;
create table public.invitations (id int primary key, token text not null default public.make_token());
