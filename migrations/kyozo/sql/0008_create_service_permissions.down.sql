DROP TABLE service_permissions;
