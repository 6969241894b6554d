-- Rollback: none, the old table takes rows that the new one refuses

-- As UNIQUE and NOT NULL on the old table would be.
ALTER TABLE voucher RENAME TO voucher_before;
CREATE TABLE voucher_next (id int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), code text UNIQUE, note text NOT NULL);
INSERT INTO voucher_next (id, code, note) SELECT v.id, encode(v.code, 'base64'), v.note FROM voucher_before AS v WHERE v.code IS NOT NULL;
DROP TABLE voucher_before;
ALTER TABLE voucher_next RENAME TO voucher;
