# What was there before containers: teams, users, workspaces and their files.
up() {
	cat <<SQL
CREATE TABLE teams ($(id), name text NOT NULL UNIQUE, $(timestamps));
CREATE TABLE users ($(id), email text NOT NULL UNIQUE, $(timestamps));
CREATE TABLE workspaces ($(id), name text NOT NULL, $(belongs_to team_id teams CASCADE), $(timestamps), UNIQUE (team_id, name));
CREATE TABLE files ($(id), path text NOT NULL, $(belongs_to workspace_id workspaces CASCADE), $(timestamps), UNIQUE (workspace_id, path));
SQL
}
down() { echo "DROP TABLE files, workspaces, users, teams;"; }
