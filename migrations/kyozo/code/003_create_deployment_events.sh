# Everything that has happened to a service, in its order.
up() {
	cat <<SQL
CREATE TABLE deployment_events (
	$(id),
	event_type text NOT NULL,
	event_data jsonb NOT NULL DEFAULT '{}',
	sequence_number bigint NOT NULL,
	error_message text,
	duration_ms integer,
	occurred_at timestamptz NOT NULL DEFAULT now(),
	$(belongs_to service_instance_id service_instances CASCADE),
	$(one_of valid_event_type event_type deployment_started deployment_completed deployment_failed service_started \
		service_stopped service_restarted service_scaled health_check_passed health_check_failed \
		configuration_updated image_built image_pushed),
	CONSTRAINT valid_duration CHECK (duration_ms >= 0)
);
CREATE UNIQUE INDEX deployment_events_service_instance_id_sequence_number_index ON deployment_events (service_instance_id, sequence_number);
CREATE INDEX deployment_events_service_instance_id_occurred_at_index ON deployment_events (service_instance_id, occurred_at);
CREATE INDEX deployment_events_errors_index ON deployment_events (occurred_at) WHERE error_message IS NOT NULL;
SQL
}
down() { echo "DROP TABLE deployment_events;"; }
