UPDATE coupon SET shop_id = 0 WHERE shop_id IS NULL;
ALTER TABLE coupon ALTER COLUMN shop_id SET NOT NULL;
ALTER TABLE coupon ADD COLUMN land text, ADD CONSTRAINT coupon_land UNIQUE (shop_id, code, land);
