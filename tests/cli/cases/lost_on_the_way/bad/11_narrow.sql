ALTER TABLE place ALTER lat TYPE real, ALTER seen TYPE timestamptz(0), ALTER opens TYPE time(0);
