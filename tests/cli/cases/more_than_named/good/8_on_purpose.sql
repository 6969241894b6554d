-- The function is gone, and so are its triggers; the table is gone, and so are the keys that point to it.
DROP FUNCTION touch() CASCADE;
DROP TABLE lang CASCADE;
