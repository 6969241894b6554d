-- Rollback:
--   ALTER TABLE deposit DROP COLUMN sender_text;
ALTER TABLE deposit ADD COLUMN sender_text text NOT NULL DEFAULT '';
DO $$
BEGIN
	WHILE EXISTS (SELECT FROM deposit WHERE sender_text = '') LOOP
		UPDATE deposit SET sender_text = encode(sender, 'hex')
			WHERE id IN (SELECT id FROM deposit WHERE sender_text = '' LIMIT 10);
	END LOOP;
END
$$;
