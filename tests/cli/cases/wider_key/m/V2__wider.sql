ALTER TABLE coupon DROP CONSTRAINT coupon_code, ADD CONSTRAINT coupon_code UNIQUE (shop_id, code);
