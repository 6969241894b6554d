package shop

import (
	"context"
	"testing"

	"example.org/shop/pgassay"
	"github.com/jackc/pgx/v5"
)

func connect(t *testing.T, database *pgassay.Database) *pgx.Conn {
	session, err := pgx.Connect(context.Background(), database.URL)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func run(t *testing.T, session *pgx.Conn, sql string) {
	if _, err := session.Exec(context.Background(), sql); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, session *pgx.Conn, expected int) {
	t.Helper()
	var count int
	if err := session.QueryRow(context.Background(), "SELECT count(*) FROM orders").Scan(&count); err != nil {
		t.Fatal(err)
	}
	if count != expected {
		t.Fatalf("%d orders, expected %d", count, expected)
	}
}

func TestEachHasItsOwn(t *testing.T) {
	for _, name := range []string{"one", "another", "third"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := pgassay.Lease(t)
			session := connect(t, database)
			defer session.Close(context.Background())
			expect(t, session, 1)
			run(t, session, "INSERT INTO orders (total) VALUES (1)")
			expect(t, session, 2)
			database.ResetRows()
			expect(t, session, 1)
		})
	}
}

func TestAllOfItComesBack(t *testing.T) {
	database := pgassay.Lease(t)
	session := connect(t, database)
	run(t, session, "ALTER TABLE orders ADD note text DEFAULT 'x'")
	run(t, session, "INSERT INTO orders (total) VALUES (1)")
	session.Close(context.Background())
	database.Reset()
	session = connect(t, database)
	defer session.Close(context.Background())
	expect(t, session, 1)
}
