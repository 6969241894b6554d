SELECT lo_unlink(4711); CREATE TABLE files (id oid);
