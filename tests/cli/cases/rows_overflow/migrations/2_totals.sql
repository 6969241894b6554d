UPDATE orders SET total = price * amount;
