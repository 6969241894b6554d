DO $$ BEGIN RAISE EXCEPTION E'a bell \x07, an escape \x1b[31m, ]]> and <b>&amp;</b>' USING DETAIL = E'line\rreturn\u200bzero width \U0001F600', HINT = repeat('x', 300); END $$;
