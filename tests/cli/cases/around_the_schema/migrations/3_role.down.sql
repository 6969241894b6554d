ALTER ROLE shop_report RESET statement_timeout;
