-- Who may do what with a service.
CREATE TABLE service_permissions (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	permission_type text NOT NULL,
	granted_at timestamptz NOT NULL DEFAULT now(),
	revoked_at timestamptz,
	granted_by uuid REFERENCES users (id) ON DELETE SET NULL,
	service_instance_id uuid NOT NULL REFERENCES service_instances (id) ON DELETE CASCADE,
	user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	CONSTRAINT valid_permission_type CHECK (permission_type IN ('deploy_service', 'stop_service', 'scale_service', 'view_logs', 'modify_config', 'delete_service')),
	CONSTRAINT revoked_later CHECK (revoked_at >= granted_at)
);
CREATE UNIQUE INDEX service_permissions_granted_index ON service_permissions (service_instance_id, user_id, permission_type) WHERE revoked_at IS NULL;
CREATE INDEX service_permissions_service_instance_id_index ON service_permissions (service_instance_id);
CREATE INDEX service_permissions_user_id_index ON service_permissions (user_id);
CREATE INDEX service_permissions_granted_by_index ON service_permissions (granted_by);
