UPDATE invoice SET total = s.amount FROM invoice_sum AS s;
