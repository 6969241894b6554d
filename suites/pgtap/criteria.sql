-- The criteria of kanban. "psql -qAtX" prints TAP; pg_prove runs the same file.
BEGIN;
CREATE EXTENSION pgtap;
SELECT plan(9);

SELECT tables_are('public', ARRAY['User', 'Project', 'Board', 'Column', 'Task', 'Tag', 'Rule', '_TagToTask', '_prisma_migrations']);
SELECT enum_has_labels('public', 'TaskPriority', ARRAY['LOW', 'MEDIUM', 'HIGH', 'URGENT']);
SELECT col_default_is('public', 'Task', 'priority', 'LOW', 'a new task is of low priority');
SELECT fk_ok('public', 'Rule', 'boardId', 'public', 'Board', 'id');

INSERT INTO "User" ("id", "email", "updatedAt") VALUES ('u1', 'ada@example.org', now());
INSERT INTO "Project" ("id", "ownerId", "name", "updatedAt") VALUES ('p1', 'u1', 'shop', now());
INSERT INTO "Board" ("id", "projectId", "name", "updatedAt") VALUES ('b1', 'p1', 'web', now());
INSERT INTO "Column" ("id", "boardId", "name", "order") VALUES ('c1', 'b1', 'To do', 1);
INSERT INTO "Task" ("id", "boardId", "columnId", "title", "updatedAt") VALUES ('t1', 'b1', 'c1', 'Favicon', now());
INSERT INTO "Tag" ("id", "name") VALUES ('g1', 'bug');
INSERT INTO "_TagToTask" VALUES ('g1', 't1');

SELECT throws_ok($$INSERT INTO "_TagToTask" VALUES ('g1', 't1')$$, '23505', NULL, 'a task has a tag once');
SELECT throws_ok($$DELETE FROM "Column"$$, '23503', NULL, 'a column with tasks stays');
SELECT throws_ok($$INSERT INTO "Rule" ("id", "name", "pattern", "tagId") VALUES ('r1', 'bugs', 'fails', 'g1')$$, '23502', NULL,
                 'a rule needs a board');
DELETE FROM "Task";
DELETE FROM "Board";
SELECT is_empty('TABLE "Column"', 'a board goes with its columns');
SELECT results_eq('SELECT "name" FROM "Tag"', ARRAY['bug'], 'and leaves the tags');

SELECT * FROM finish();
ROLLBACK;
