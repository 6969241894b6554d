UPDATE bill SET total = price + coalesce(tax, 0);
