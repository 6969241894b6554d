ALTER TABLE coupon ADD CONSTRAINT coupon_cents CHECK (cents > 0) NOT VALID;
