-- name: phone_of :one
SELECT phone FROM customers WHERE id = $1;

-- name: set_email :exec
UPDATE customers SET email = sqlc.arg(email) WHERE id = sqlc.arg(id);

-- name: large_readings :many
SELECT id FROM readings WHERE value > $1 LIMIT $2;

-- name: create_payment :one
INSERT INTO payments (amount) VALUES (@amount) RETURNING id;

-- name: count_stock :exec
INSERT INTO stock (shop, place, count) VALUES ($1, $2, $3)
ON CONFLICT (shop, place) DO UPDATE SET count = excluded.count;

-- name: totals_of :many
SELECT * FROM totals WHERE customer_id = $1;

-- name: price_of :one
SELECT price($1);

-- name: pay :exec
UPDATE orders SET state = 'paid' WHERE id = $1;

-- name: read_messages :many
SELECT id, body FROM messages;

-- name: new_order :one
INSERT INTO orders (customer_id, total) VALUES ($1, $2) RETURNING id, state;
