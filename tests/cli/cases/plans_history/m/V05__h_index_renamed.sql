ALTER INDEX orders_code_idx RENAME TO orders_by_code;
