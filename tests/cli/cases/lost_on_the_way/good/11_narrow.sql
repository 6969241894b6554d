ALTER TABLE place ALTER lat TYPE numeric USING nullif(nullif(nullif(lat, 'NaN'), 'Infinity'), '-Infinity')::numeric, ALTER seen TYPE timestamptz(6), ALTER opens TYPE time(6);
