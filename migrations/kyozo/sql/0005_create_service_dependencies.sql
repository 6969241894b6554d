-- Which service needs which, and who starts first.
CREATE TABLE service_dependencies (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	dependency_type text NOT NULL DEFAULT 'requires',
	startup_order integer NOT NULL DEFAULT 0,
	environment_variable text,
	connection_template text,
	parent_service_id uuid NOT NULL REFERENCES service_instances (id) ON DELETE CASCADE,
	dependent_service_id uuid NOT NULL REFERENCES service_instances (id) ON DELETE CASCADE,
	inserted_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT valid_dependency_type CHECK (dependency_type IN ('requires', 'optional', 'conflicts')),
	CONSTRAINT no_self_dependency CHECK (parent_service_id <> dependent_service_id)
);
CREATE UNIQUE INDEX service_dependencies_pair_index ON service_dependencies (parent_service_id, dependent_service_id);
CREATE INDEX service_dependencies_dependent_service_id_index ON service_dependencies (dependent_service_id, startup_order);
