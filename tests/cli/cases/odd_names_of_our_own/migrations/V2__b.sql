CREATE TABLE public.u (id int primary key, t int references public.t);
CREATE INDEX ua ON public.u (t);
