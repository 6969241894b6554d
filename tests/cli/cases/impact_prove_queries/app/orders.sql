-- name: find_order :one
SELECT id, total FROM orders WHERE id = $1;

-- name: add_order :exec
INSERT INTO orders (id, customer_id, total) VALUES (@id, @customer_id, @total);

-- name: paid_orders :many
SELECT * FROM paid;

-- name: of_customer :many
SELECT c.name, o.total FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id = $1;

-- name: rename_customer :exec
UPDATE customers SET name = $1 WHERE id = $2; -- no other table

-- name: by_note :many
SELECT id FROM orders WHERE note = $1;
