ALTER TABLE parts DROP CONSTRAINT parts_flow_fkey;
ALTER TABLE runs DROP CONSTRAINT runs_flow_key;
ALTER TABLE runs ADD CONSTRAINT runs_both UNIQUE (flow, run);
ALTER TABLE parts ADD CONSTRAINT parts_both FOREIGN KEY (flow, run) REFERENCES runs (flow, run) ON DELETE CASCADE;
