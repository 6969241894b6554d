UPDATE bank SET institution_id = 'none' WHERE id NOT IN (SELECT bank_id FROM link);
