-- +goose NO TRANSACTION

-- +goose Up
CREATE INDEX CONCURRENTLY bookings_changed ON bookings (changed);

-- +goose Down
DROP INDEX CONCURRENTLY bookings_changed;
