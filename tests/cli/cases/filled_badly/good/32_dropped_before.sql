-- Not what it held comes into the new column, but the institution of the bank.
ALTER TABLE link DROP COLUMN institution_id;
ALTER TABLE link ADD COLUMN bank_institution_id text;
UPDATE link SET bank_institution_id = bank.institution_id FROM (SELECT institution_id, id FROM bank) bank WHERE link.bank_id = bank.id;
