ALTER TABLE parts ALTER order_id TYPE numeric;
