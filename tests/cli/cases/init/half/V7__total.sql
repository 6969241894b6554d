ALTER TABLE shop.carts ADD COLUMN total numeric;
