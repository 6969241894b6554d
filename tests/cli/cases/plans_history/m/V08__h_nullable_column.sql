ALTER TABLE orders ADD remark text;
