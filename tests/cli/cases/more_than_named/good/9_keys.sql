ALTER TABLE seat DROP COLUMN room;
DELETE FROM seat a USING seat b WHERE a.line = b.line AND a.place = b.place AND a.id > b.id;
CREATE UNIQUE INDEX seat_once ON seat (line, place);
ALTER TABLE member ADD COLUMN team int;
UPDATE member SET team = org;
ALTER TABLE member DROP COLUMN org;
CREATE UNIQUE INDEX member_once ON member (team, person);
-- A person may vote more than once: what is left was no key alone, and nothing comes in the place of the column.
ALTER TABLE vote DROP COLUMN answer;
