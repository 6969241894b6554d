BEGIN;
CREATE TABLE senders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    email text NOT NULL
);
CREATE UNIQUE INDEX senders_email ON senders (lower(email));
COMMIT;
