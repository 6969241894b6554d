UPDATE contact SET data = (data - 'mail') || jsonb_build_object('email', data -> 'mail') WHERE data ? 'mail';
