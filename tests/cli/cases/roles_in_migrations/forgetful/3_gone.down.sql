CREATE ROLE shop_report LOGIN; GRANT shop_app TO shop_report;
