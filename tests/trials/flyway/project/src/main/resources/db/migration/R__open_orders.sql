CREATE OR REPLACE VIEW open_orders AS
SELECT o.id, c.email, o.total FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'open';
