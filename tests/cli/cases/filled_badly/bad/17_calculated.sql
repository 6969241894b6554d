UPDATE bill SET total = price + tax;
