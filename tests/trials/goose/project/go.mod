module example.org/bookings

go 1.22

require (
	github.com/jackc/pgx/v5 v5.5.5
	github.com/pressly/goose/v3 v3.20.0
)
