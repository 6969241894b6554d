-- name: recent_orders :many
SELECT id FROM orders WHERE customer_id = @customer ORDER BY created_at LIMIT 10;
-- name: one_customer :one
SELECT id FROM customers WHERE email = @email;
-- name: orders_of :many
SELECT o.id FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.email = @email ORDER BY o.created_at;
