DROP ROLE shop_report;
