alter table public.profiles enable row level security;
create policy own on public.profiles for all to authenticated using (id = (select auth.uid())) with check (id = (select auth.uid()));
