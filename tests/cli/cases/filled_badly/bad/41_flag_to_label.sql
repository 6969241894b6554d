CREATE TYPE coupon_state AS ENUM ('active', 'disabled');
ALTER TABLE coupon ADD state coupon_state, ADD shown text;
UPDATE coupon SET state = CASE WHEN active THEN 'disabled' ELSE 'active' END::coupon_state;
UPDATE coupon SET shown = CASE WHEN NOT is_hidden THEN 'hidden' ELSE 'visible' END;
