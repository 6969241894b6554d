DROP USER shop_report;
