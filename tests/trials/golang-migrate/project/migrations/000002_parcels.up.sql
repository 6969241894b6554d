BEGIN;
CREATE TABLE parcels (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sender_id uuid NOT NULL REFERENCES senders (id),
    weight numeric(8, 3) NOT NULL CHECK (weight > 0),
    status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'sent', 'lost')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX parcels_sender ON parcels (sender_id);
CREATE VIEW open_parcels AS SELECT id, sender_id, weight FROM parcels WHERE status = 'new';
COMMIT;
