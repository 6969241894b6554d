CREATE TABLE safe.reminders (id int PRIMARY KEY, tenant_id int NOT NULL, text text NOT NULL);
GRANT SELECT, INSERT ON safe.reminders TO clerk;
