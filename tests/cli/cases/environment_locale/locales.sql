-- With it, the server has a second locale.
CREATE COLLATION public.german (provider = libc, locale = 'de_DE.utf8');
