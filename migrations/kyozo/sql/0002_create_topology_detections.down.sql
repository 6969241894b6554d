DROP TABLE topology_detections;
