-- +goose Up
CREATE TYPE guest_kind AS ENUM ('staff', 'visitor');
ALTER TABLE bookings ADD COLUMN guest guest_kind NOT NULL DEFAULT 'staff';

CREATE FUNCTION visitors(room bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT count(*) FROM bookings WHERE room_id = room AND guest = 'visitor');
END
$$;

-- +goose Down
DROP FUNCTION visitors(bigint);
ALTER TABLE bookings DROP COLUMN guest;
DROP TYPE guest_kind;
