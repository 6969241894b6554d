-- What a service uses, over time.
CREATE TABLE service_metrics (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	metric_type text NOT NULL,
	value double precision NOT NULL,
	unit text NOT NULL,
	recorded_at timestamptz NOT NULL DEFAULT now(),
	service_instance_id uuid NOT NULL REFERENCES service_instances (id) ON DELETE CASCADE,
	CONSTRAINT valid_metric_type CHECK (metric_type IN ('cpu', 'memory', 'disk', 'network', 'requests', 'errors')),
	CONSTRAINT valid_share CHECK (metric_type NOT IN ('cpu', 'memory') OR value BETWEEN 0 AND 1)
);
CREATE INDEX service_metrics_recorded_index ON service_metrics (service_instance_id, metric_type, recorded_at);
CREATE INDEX service_metrics_high_index ON service_metrics (recorded_at) WHERE metric_type IN ('cpu', 'memory') AND value > 0.9;
