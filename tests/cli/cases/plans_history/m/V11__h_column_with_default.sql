ALTER TABLE customers ADD vip boolean NOT NULL DEFAULT false;
