// Package pgassay leases a fresh database for each test. Save it as pgassay/pgassay.go; in a test: database := pgassay.Lease(t)
// Run: pgassay exec --workers 4 suites/shop.yaml -- go test ./...
package pgassay

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

// Database is one that only this test sees.
type Database struct {
	ID, URL string
	t       testing.TB
}

func (database *Database) ask(method, path string) {
	database.t.Helper()
	request, err := http.NewRequest(method, os.Getenv("PGASSAY_LEASES")+"/databases"+path, nil)
	if err != nil {
		database.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		database.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		database.t.Fatalf("%s /databases%s: %s", method, path, answer.Status)
	}
	if answer.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(answer.Body).Decode(database); err != nil {
			database.t.Fatal(err)
		}
	}
}

// Lease gives a fresh database, which goes at the end of the test.
func Lease(t testing.TB) *Database {
	t.Helper()
	database := &Database{t: t}
	database.ask("POST", "")
	t.Cleanup(func() { database.ask("DELETE", "/"+database.ID) })
	return database
}

// Reset makes it a fresh copy again, and ends the sessions on it.
func (database *Database) Reset() { database.ask("POST", "/"+database.ID+"/reset") }

// ResetRows puts its rows back; sessions stay.
func (database *Database) ResetRows() { database.ask("POST", "/"+database.ID+"/rows") }
