CREATE TABLE refunds (id int PRIMARY KEY, payment_id int NOT NULL REFERENCES payments);
