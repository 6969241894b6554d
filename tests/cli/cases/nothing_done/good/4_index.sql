CREATE INDEX IF NOT EXISTS by_email ON public.account USING btree (email);
