ALTER TABLE task DROP CONSTRAINT task_stage_check;
UPDATE task SET stage = 'running' WHERE stage = 'active';
ALTER TABLE task ADD CONSTRAINT task_stage_check CHECK (stage IN ('new', 'running', 'done'));
