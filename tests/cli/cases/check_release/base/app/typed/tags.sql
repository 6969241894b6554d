/* @name TagsOf
   @param ids -> (...) */
SELECT * FROM tags WHERE id IN :ids;

/* @name AddJobs
   @param jobs -> ((name!)...) */
INSERT INTO jobs (name) VALUES :jobs;
