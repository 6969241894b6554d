U=$(cat url)
psql -qX "$U" -c "INSERT INTO orders SELECT i, i % 1000, now() FROM generate_series(1, 50000) i" -c "ANALYZE orders"
pgassay checklist suite.yaml --target "$U" | sed '/^target\|^evidence/d'
psql -qX "$U" -c "DROP INDEX by_customer"
pgassay checklist suite.yaml --target "$U" | sed '/^target\|^evidence/d'
psql -qX "$U" -c "CREATE INDEX under_another_name ON orders (customer_id, created_at)"
pgassay checklist suite.yaml --target "$U" --quiet | sed '/^target\|^evidence/d'
psql -qX "$U" -c "ALTER TABLE orders RENAME created_at TO made_at"
pgassay checklist suite.yaml --target "$U" --quiet | sed '/^target\|^evidence/d'
