# Which service needs which, and who starts first.
up() {
	cat <<SQL
CREATE TABLE service_dependencies (
	$(id),
	dependency_type text NOT NULL DEFAULT 'requires',
	startup_order integer NOT NULL DEFAULT 0,
	environment_variable text,
	connection_template text,
	$(belongs_to parent_service_id service_instances CASCADE),
	$(belongs_to dependent_service_id service_instances CASCADE),
	$(timestamps),
	$(one_of valid_dependency_type dependency_type requires optional conflicts),
	CONSTRAINT no_self_dependency CHECK (parent_service_id <> dependent_service_id)
);
CREATE UNIQUE INDEX service_dependencies_pair_index ON service_dependencies (parent_service_id, dependent_service_id);
CREATE INDEX service_dependencies_dependent_service_id_index ON service_dependencies (dependent_service_id, startup_order);
SQL
}
down() { echo "DROP TABLE service_dependencies;"; }
