# Three tests in TAP.  usage: tests.sh
ask() { psql -qAtX -c "$1" 2>&1; }
check() { if [ "$3" = "$4" ]; then echo "ok $1 - $2"; else echo "not ok $1 - $2"; echo "# have: $3"; echo "# want: $4"; fi; }
check 1 "there are two customers" "$(ask 'SELECT count(*) FROM customers')" 2
check 2 "one order" "$(ask 'SELECT count(*) FROM orders')" 1
check 3 "no total below zero" "$(ask 'INSERT INTO orders (id, customer_id, total) VALUES (9, 1, -1)' | grep -c orders_total_check)" 1
echo 1..3
