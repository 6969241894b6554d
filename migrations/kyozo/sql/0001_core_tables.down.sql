DROP TABLE files, workspaces, users, teams;
