ALTER TABLE orders RENAME remark TO note; ALTER TABLE customers RENAME vip TO is_vip;
