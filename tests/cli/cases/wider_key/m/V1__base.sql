CREATE TABLE coupon (id serial PRIMARY KEY, shop_id int, code text NOT NULL CONSTRAINT coupon_code UNIQUE);
CREATE TABLE voucher (id serial PRIMARY KEY, shop_id int, code text NOT NULL CONSTRAINT voucher_code UNIQUE);
CREATE TABLE ticket (id serial PRIMARY KEY, shop_id int NOT NULL, code text NOT NULL CONSTRAINT ticket_code UNIQUE, note text, UNIQUE (code, note));
CREATE TABLE seat (id serial PRIMARY KEY, room int, place text);
CREATE UNIQUE INDEX seat_place ON seat (place);
CREATE TABLE desk (id serial PRIMARY KEY, code text NOT NULL CONSTRAINT desk_code UNIQUE, note text, UNIQUE (code, note));
