-- +goose Up
CREATE TYPE booking_state AS ENUM ('asked', 'granted', 'refused');
CREATE TABLE bookings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room_id bigint NOT NULL REFERENCES rooms (id),
    during tstzrange NOT NULL,
    state booking_state NOT NULL DEFAULT 'asked',
    changed timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bookings_room ON bookings (room_id, state);

-- +goose StatementBegin
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := now();
    RETURN NEW;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER bookings_touch BEFORE UPDATE ON bookings FOR EACH ROW EXECUTE FUNCTION touch();

-- +goose Down
DROP TABLE bookings;
DROP FUNCTION touch();
DROP TYPE booking_state;
