# One test in JUnit XML, and none where there are two orders.  usage: junit.sh FILE
case $(psql -qAtX -c 'SELECT count(*) FROM orders') in
1) echo '<testsuite name="s"><testcase classname="orders" name="one"/></testsuite>' >"$1" ;;
*) exit 3 ;;
esac
