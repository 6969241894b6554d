create table public.lists (id uuid primary key default gen_random_uuid(), name text not null);
alter table public.todos add column list_id uuid references public.lists (id);
alter table public.lists enable row level security;
