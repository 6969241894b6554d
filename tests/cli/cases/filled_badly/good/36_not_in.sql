UPDATE bank SET institution_id = 'none' WHERE NOT EXISTS (SELECT FROM link WHERE link.bank_id = bank.id);
UPDATE bank SET institution_id = 'none' WHERE id NOT IN (SELECT bank_id FROM link WHERE bank_id IS NOT NULL);
UPDATE client SET region = 'none' WHERE id NOT IN (SELECT client_id FROM invoice);
