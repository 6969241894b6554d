UPDATE booking k SET member_id = (
  SELECT min(b.id) FROM member a JOIN member b ON lower(a.email) = lower(b.email) WHERE a.id = k.member_id);
DELETE FROM member a USING member b WHERE lower(a.email) = lower(b.email) AND a.id > b.id;
CREATE UNIQUE INDEX member_email ON member (lower(email));
