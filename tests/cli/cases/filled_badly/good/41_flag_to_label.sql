CREATE TYPE coupon_state AS ENUM ('active', 'disabled');
ALTER TABLE coupon ADD state coupon_state, ADD shown text;
UPDATE coupon SET state = CASE WHEN active THEN 'active' ELSE 'disabled' END::coupon_state;
UPDATE coupon SET shown = CASE WHEN NOT is_hidden THEN 'visible' ELSE 'hidden' END;
