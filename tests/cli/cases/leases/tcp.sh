# With the password, and without it.
unset PGHOST PGPORT PGUSER PGDATABASE
psql -qAtXc 'SELECT count(*) FROM customers' "$DATABASE_URL"
psql -qAtXc 'SELECT inet_server_addr()' "$(python3 ask.py POST /databases | sed 's/.*"url":"//; s/"}//')"
unset PGPASSWORD; without=$(echo "$DATABASE_URL" | sed 's/postgres:[0-9a-f]*@/postgres@/')
psql -wqAtXc 'SELECT 1' "$without" 2>&1 | sed 's/.*: fe/fe/'; PGPASSWORD=guess psql -wqAtXc 'SELECT 1' "$without" 2>&1 | sed 's/.*FATAL/FATAL/'
