DROP INDEX files_detected_technologies_index, files_service_indicator_index;
ALTER TABLE files
	DROP COLUMN service_metadata, DROP COLUMN is_service_indicator, DROP COLUMN detected_technologies,
	DROP COLUMN analysis_confidence, DROP COLUMN last_analyzed_at;
