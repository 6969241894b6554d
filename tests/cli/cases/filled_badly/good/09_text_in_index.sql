ALTER TABLE task DROP CONSTRAINT task_stage_check;
UPDATE task SET stage = 'running' WHERE stage = 'active';
ALTER TABLE task ADD CONSTRAINT task_stage_check CHECK (stage IN ('new', 'running', 'done'));
DROP INDEX active_task;
CREATE INDEX running_task ON task (title) WHERE stage = 'running';
