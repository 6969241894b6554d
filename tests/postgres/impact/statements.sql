alter table t add column z int
alter table t add column z int default 5
alter table t add column z int not null default 5
alter table t add column z timestamptz default now()
alter table t add column z timestamptz default clock_timestamp()
alter table t add column z uuid default gen_random_uuid()
alter table t add column z int default random()::int
alter table t add column z serial
alter table t add column z int generated always as identity
alter table t add column z int generated always as (a*2) stored
alter table t add column z posint
alter table t add column z posint default 5
alter table t add column z int check (z>0)
alter table t add column z int default 5 check (z>0)
alter table t add column z bigint references p(id)
alter table t add column z int unique
alter table t add column z int default nextval('s')
alter table t drop column c
alter table t alter a set default 1
alter table t alter a drop default
alter table t alter a set not null
alter table t alter c set not null
alter table t alter id drop identity if exists
alter table t alter b type varchar(30)
alter table t alter b type varchar(10)
alter table t alter b type text
alter table t alter c type varchar
alter table t alter c type varchar(100)
alter table t alter n type numeric(12,2)
alter table t alter n type numeric(12,3)
alter table t alter n type numeric
alter table t alter ts type timestamptz
set local timezone='UTC'; alter table t alter ts type timestamptz
alter table t alter m type text
alter table t alter ip type inet
alter table t alter d type int
alter table t alter j type jsonb
alter table t alter x type char(8)
alter table t alter x type varchar(5)
alter table t alter ts type timestamp(3)
alter table t alter c type text collate "C"
alter table t alter b type text collate "C"
alter table t alter a set statistics 500
alter table t alter c set storage external
alter table t alter c set compression pglz -- 14
alter table t alter a set (n_distinct=5)
alter table t set (fillfactor=70)
alter table t set (autovacuum_enabled=off)
alter table t set (toast_tuple_target=200)
alter table t set logged
alter table t set tablespace pg_default
alter table t set without oids
alter table t set access method heap -- 15
alter table t cluster on t_a
alter table t replica identity full
alter table t enable row level security
alter table t force row level security
create policy pp on t using (a>0)
alter table t owner to pg_monitor
alter table t rename to t2
alter table t rename column a to aa
alter table t rename constraint nnchk to nn2
alter table t add constraint ck check (a>0)
alter table t add constraint ck check (a>0) not valid
alter table t validate constraint nv
alter table t add constraint fk foreign key (pid) references p(id)
alter table t add constraint fk foreign key (pid) references p(id) not valid
alter table u validate constraint u_nv
alter table t add constraint uq unique (a)
alter table t add constraint uq unique using index t_u
alter table t drop constraint t_pkey cascade
alter table u add primary key (id)
alter table t add exclude using btree (a with =)
alter table t drop constraint nnchk
alter table u drop constraint u_fk
alter table u alter constraint u_fk deferrable
alter table t disable trigger tr0
alter table t enable always trigger tr0
alter table t disable trigger all
create trigger tr before insert on t for each row execute function trg()
create or replace trigger tr0 after update on t for each row execute function trg() -- 14
create constraint trigger ctr after insert on t deferrable for each row execute function trg()
drop trigger tr0 on t
alter trigger tr0 on t rename to tr9
create index i2 on t(c)
create unique index i2 on t(c)
create index i2 on t((lower(c)))
create index i2 on only part(k)
create index i2 on part(k)
drop index t_a
alter index t_a rename to t_aa
alter index t_a set (fillfactor=70)
alter index t_u set tablespace pg_default
reindex index t_a
reindex table t
cluster t using t_a
truncate t cascade
truncate u
drop table u
drop table t cascade
create view v2 as select * from t
create or replace view v as select id,a from t where a>0
alter view v set (security_invoker=true) -- 15
drop view v
refresh materialized view mv
refresh materialized view concurrently mv
create materialized view mv2 as select * from t
create table t9 (like t including all)
create table t9 as select * from t
create table t9 (tid bigint references t(id))
create table c1 () inherits (t)
create table part4 partition of part for values from (40) to (50)
create table partd partition of part default
alter table part attach partition part2 for values from (10) to (20)
alter table part attach partition part3 for values from (20) to (30)
alter table part detach partition part1
drop table part1
alter table part add column z int
comment on table t is 'x'
comment on column t.a is 'x'
grant select on t to pg_monitor
revoke all on t from public
alter type mood add value 'c'
alter type mood rename value 'a' to 'aa'
alter domain posint add constraint q check (value>-1)
alter domain posint add constraint q check (value>-1) not valid
alter domain posint set not null
create statistics st1 on a,c from t
drop statistics st0
create publication pub2 for table t
alter publication pub add table t
create rule r9 as on insert to t do also nothing
analyze t
lock table t in share mode
update t set a=a
update t set a=a where id=1
select * from t for update
select * from t limit 1
copy t to '/dev/null'
create extension pg_trgm
alter table i alter id drop identity
alter table i alter v set not null
alter table i alter id restart
alter sequence s restart
alter table i alter id set generated always
set local timezone='Europe/Berlin'; alter table t alter ts type timestamptz
alter table t alter a type bigint
alter table t alter a type posint
alter table t alter m type mood using m::text::mood
alter table t alter x type varchar
alter table t alter tz type timestamp(3)
alter table t add column z int[] default array[]::int[]
alter table t add column z timestamptz default now() - interval '1 day'
alter table t add column z date default current_date
alter table t add column z text default current_user
alter table t add column z mood default 'a'
alter table t add column z jsonb default '{}'::jsonb
do $$begin execute 'alter table t alter a set not null'; end$$
do $$begin alter table t alter a type bigint; raise exception 'x'; exception when others then null; end$$
delete from u
delete from u where id <= 20
insert into p select g from generate_series(1000, 1100) g
with gone as (delete from u where id = 1 returning id) select count(*) from gone
alter table only part add constraint part_pk primary key (k)
create index on only part (k)
alter table t add column z int, add column y int default random()::int
alter table t add constraint a_nn not null a not valid -- 18
alter table t add column z int generated always as (a * 2) virtual -- 18
alter table t add column z int generated always as (a * 2) stored
alter table g alter twice set expression as (a * 3) -- 17
alter table g alter twice drop expression
alter table t add constraint ck check (a > 0) not enforced -- 18
alter table part add constraint part_nn check (k >= 0) not valid
alter table t alter c set storage main
merge into p using u on p.id = u.id when matched then delete -- 15
