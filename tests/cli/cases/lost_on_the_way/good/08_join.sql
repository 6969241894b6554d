UPDATE invoice AS i SET total = s.amount FROM invoice_sum AS s WHERE s.invoice_id = i.id;
-- One value for all rows, of one row.
UPDATE invoice SET total = m.most FROM (SELECT max(amount) AS most FROM invoice_sum) m WHERE m.most IS NOT NULL AND total = 0;
-- Several rows fit, and all say the same.
UPDATE doc SET words = 1 FROM part WHERE part.doc_id = doc.id;
