CREATE TABLE public.by_hand (a int);
INSERT INTO public.by_hand VALUES (1), (2);
CREATE PUBLICATION news;
