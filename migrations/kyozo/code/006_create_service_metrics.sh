# What a service uses, over time.
up() {
	cat <<SQL
CREATE TABLE service_metrics (
	$(id),
	metric_type text NOT NULL,
	value double precision NOT NULL,
	unit text NOT NULL,
	recorded_at timestamptz NOT NULL DEFAULT now(),
	$(belongs_to service_instance_id service_instances CASCADE),
	$(one_of valid_metric_type metric_type cpu memory disk network requests errors),
	CONSTRAINT valid_share CHECK (metric_type NOT IN ('cpu', 'memory') OR value BETWEEN 0 AND 1)
);
CREATE INDEX service_metrics_recorded_index ON service_metrics (service_instance_id, metric_type, recorded_at);
CREATE INDEX service_metrics_high_index ON service_metrics (recorded_at) WHERE metric_type IN ('cpu', 'memory') AND value > 0.9;
SQL
}
down() { echo "DROP TABLE service_metrics;"; }
