-- Everything that has happened to a service, in its order.
CREATE TABLE deployment_events (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	event_type text NOT NULL,
	event_data jsonb NOT NULL DEFAULT '{}',
	sequence_number bigint NOT NULL,
	error_message text,
	duration_ms integer,
	occurred_at timestamptz NOT NULL DEFAULT now(),
	service_instance_id uuid NOT NULL REFERENCES service_instances (id) ON DELETE CASCADE,
	CONSTRAINT valid_event_type CHECK (event_type IN ('deployment_started', 'deployment_completed', 'deployment_failed', 'service_started', 'service_stopped', 'service_restarted', 'service_scaled', 'health_check_passed', 'health_check_failed', 'configuration_updated', 'image_built', 'image_pushed')),
	CONSTRAINT valid_duration CHECK (duration_ms >= 0)
);
CREATE UNIQUE INDEX deployment_events_service_instance_id_sequence_number_index ON deployment_events (service_instance_id, sequence_number);
CREATE INDEX deployment_events_service_instance_id_occurred_at_index ON deployment_events (service_instance_id, occurred_at);
CREATE INDEX deployment_events_errors_index ON deployment_events (occurred_at) WHERE error_message IS NOT NULL;
