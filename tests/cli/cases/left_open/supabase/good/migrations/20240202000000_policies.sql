alter table public.messages enable row level security;
create policy read on public.messages for select to authenticated using (true);
