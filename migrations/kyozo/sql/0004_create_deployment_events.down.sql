DROP TABLE deployment_events;
