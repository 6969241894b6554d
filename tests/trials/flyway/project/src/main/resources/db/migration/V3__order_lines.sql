CREATE TABLE order_lines (
    order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    line int NOT NULL,
    article text NOT NULL,
    price numeric(10, 2) NOT NULL CHECK (price >= 0),
    quantity int NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, line)
);
CREATE FUNCTION sum_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE orders SET total = (SELECT coalesce(sum(price * quantity), 0) FROM order_lines WHERE order_id = NEW.order_id) WHERE id = NEW.order_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER sum_up AFTER INSERT OR UPDATE ON order_lines FOR EACH ROW EXECUTE FUNCTION sum_up();
