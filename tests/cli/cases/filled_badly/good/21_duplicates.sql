DELETE FROM seat a USING (SELECT min(ctid) AS ctid, room FROM seat GROUP BY room HAVING count(*) > 1) b WHERE a.room = b.room AND a.ctid <> b.ctid;
ALTER TABLE seat ADD PRIMARY KEY (room);
