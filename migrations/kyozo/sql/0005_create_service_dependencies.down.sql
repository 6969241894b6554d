DROP TABLE service_dependencies;
