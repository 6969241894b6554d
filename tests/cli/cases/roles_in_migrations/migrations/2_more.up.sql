DO $$ BEGIN CREATE USER shop_report; END $$; GRANT shop_app TO shop_report;
