create table public.todos (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  task text not null check (char_length(task) > 0),
  done boolean not null default false
);
alter table public.todos enable row level security;
create policy "own todos" on public.todos for all to authenticated
  using (auth.uid() = user_id) with check (auth.uid() = user_id);
