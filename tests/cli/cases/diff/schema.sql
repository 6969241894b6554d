\restrict abc
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.orders (
    id integer NOT NULL,
    total numeric(10,2) DEFAULT 0 NOT NULL,
    note text NOT NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id)
);
CREATE INDEX orders_total_idx ON public.orders (total DESC) WHERE note IS NOT NULL;
\unrestrict abc
