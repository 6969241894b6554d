DELETE FROM member a USING member b WHERE lower(a.email) = lower(b.email) AND a.id > b.id;
CREATE UNIQUE INDEX member_email ON member (lower(email));
