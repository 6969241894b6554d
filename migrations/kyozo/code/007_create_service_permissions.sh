# Who may do what with a service.
up() {
	cat <<SQL
CREATE TABLE service_permissions (
	$(id),
	permission_type text NOT NULL,
	granted_at timestamptz NOT NULL DEFAULT now(),
	revoked_at timestamptz,
	granted_by uuid REFERENCES users (id) ON DELETE SET NULL,
	$(belongs_to service_instance_id service_instances CASCADE),
	$(belongs_to user_id users CASCADE),
	$(one_of valid_permission_type permission_type deploy_service stop_service scale_service view_logs \
		modify_config delete_service),
	CONSTRAINT revoked_later CHECK (revoked_at >= granted_at)
);
CREATE UNIQUE INDEX service_permissions_granted_index ON service_permissions (service_instance_id, user_id, permission_type) WHERE revoked_at IS NULL;
CREATE INDEX service_permissions_service_instance_id_index ON service_permissions (service_instance_id);
CREATE INDEX service_permissions_user_id_index ON service_permissions (user_id);
CREATE INDEX service_permissions_granted_by_index ON service_permissions (granted_by);
SQL
}
down() { echo "DROP TABLE service_permissions;"; }
