-- name: recent_orders :many
SELECT * FROM orders WHERE customer_id = @customer ORDER BY created_at DESC LIMIT 10;

-- name: open_orders :many
SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.status = 'open' AND o.created_at > now() - interval '1 day';

-- name: broken :one
SELECT id,
       nothing FROM orders WHERE id = $1;
