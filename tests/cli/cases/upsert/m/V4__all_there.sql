INSERT INTO plan (code, price) VALUES ('free', 0), ('team', 12) ON CONFLICT (code) DO UPDATE SET price = excluded.price;
