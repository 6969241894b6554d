DROP INDEX orders_code_idx;
