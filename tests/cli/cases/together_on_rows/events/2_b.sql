UPDATE b SET a_id = (SELECT min(id) FROM a);
