DROP INDEX parts_order_idx;
