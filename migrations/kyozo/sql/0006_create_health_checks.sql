-- Whether a service answers.
CREATE TABLE health_checks (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	check_type text NOT NULL,
	status text NOT NULL,
	response_time_ms integer,
	error_message text,
	checked_at timestamptz NOT NULL DEFAULT now(),
	service_instance_id uuid NOT NULL REFERENCES service_instances (id) ON DELETE CASCADE,
	CONSTRAINT valid_check_type CHECK (check_type IN ('http', 'tcp', 'exec', 'grpc', 'docker')),
	CONSTRAINT valid_check_status CHECK (status IN ('healthy', 'unhealthy', 'unknown'))
);
CREATE INDEX health_checks_service_instance_id_status_checked_at_index ON health_checks (service_instance_id, status, checked_at DESC);
CREATE INDEX health_checks_unhealthy_index ON health_checks (checked_at) WHERE status = 'unhealthy';
