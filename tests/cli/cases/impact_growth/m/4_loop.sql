UPDATE orders o SET note = (SELECT count(*) FROM parts p WHERE p.amount = o.id);
