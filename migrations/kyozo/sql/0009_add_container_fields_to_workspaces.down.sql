DROP INDEX workspaces_container_enabled_index;
ALTER TABLE workspaces
	DROP COLUMN container_enabled, DROP COLUMN service_topology, DROP COLUMN auto_deploy_enabled,
	DROP COLUMN deployment_environment, DROP COLUMN container_registry_url, DROP COLUMN default_resource_limits;
