# What the analysis of a folder has found. Written after the services, which refer to it.
up() {
	cat <<SQL
CREATE TABLE topology_detections (
	$(id),
	folder_path text NOT NULL,
	detected_patterns jsonb NOT NULL DEFAULT '{}',
	confidence_scores jsonb NOT NULL DEFAULT '{}',
	recommended_services jsonb[] NOT NULL DEFAULT '{}',
	service_graph jsonb NOT NULL DEFAULT '{}',
	deployment_strategy text NOT NULL DEFAULT 'single_service',
	detected_at timestamptz NOT NULL DEFAULT now(),
	$(belongs_to workspace_id workspaces CASCADE),
	$(belongs_to team_id teams CASCADE),
	$(timestamps),
	$(one_of valid_deployment_strategy deployment_strategy single_service compose orchestrated manual)
);
CREATE INDEX topology_detections_workspace_id_detected_at_index ON topology_detections (workspace_id, detected_at DESC);
CREATE INDEX topology_detections_team_id_index ON topology_detections (team_id);
CREATE INDEX topology_detections_detected_patterns_index ON topology_detections USING gin (detected_patterns);
SQL
}
down() { echo "DROP TABLE topology_detections;"; }
