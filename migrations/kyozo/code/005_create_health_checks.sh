# Whether a service answers.
up() {
	cat <<SQL
CREATE TABLE health_checks (
	$(id),
	check_type text NOT NULL,
	status text NOT NULL,
	response_time_ms integer,
	error_message text,
	checked_at timestamptz NOT NULL DEFAULT now(),
	$(belongs_to service_instance_id service_instances CASCADE),
	$(one_of valid_check_type check_type http tcp exec grpc docker),
	$(one_of valid_check_status status healthy unhealthy unknown)
);
CREATE INDEX health_checks_service_instance_id_status_checked_at_index ON health_checks (service_instance_id, status, checked_at DESC);
CREATE INDEX health_checks_unhealthy_index ON health_checks (checked_at) WHERE status = 'unhealthy';
SQL
}
down() { echo "DROP TABLE health_checks;"; }
