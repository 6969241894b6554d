-- The rows with NULL have an index of their own.
ALTER TABLE voucher DROP CONSTRAINT voucher_code, ADD CONSTRAINT voucher_code UNIQUE (shop_id, code);
CREATE UNIQUE INDEX voucher_of_nobody ON voucher (code) WHERE shop_id IS NULL;
-- No row has NULL in the other column; and the key with "note" was there before.
ALTER TABLE ticket DROP CONSTRAINT ticket_code, ADD CONSTRAINT ticket_code UNIQUE (shop_id, code);
-- It let NULL repeat before.
DROP INDEX seat_place;
CREATE UNIQUE INDEX seat_place ON seat (room, place);
-- The other key was there before: this one was not meant to stay.
ALTER TABLE desk DROP CONSTRAINT desk_code;
