DROP TABLE service_metrics;
