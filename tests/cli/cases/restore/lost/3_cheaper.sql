UPDATE shop.limits SET n = 5;
