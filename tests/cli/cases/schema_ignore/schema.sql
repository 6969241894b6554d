CREATE SCHEMA public;
CREATE TABLE public.notes (id bigint PRIMARY KEY);
