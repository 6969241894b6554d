ALTER ROLE shop_report SET statement_timeout = '1min'; GRANT pg_monitor TO shop_report;
