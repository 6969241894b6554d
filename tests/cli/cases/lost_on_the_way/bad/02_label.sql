ALTER TYPE ticket_state RENAME TO ticket_state_old;
CREATE TYPE ticket_state AS ENUM ('open', 'waiting', 'closed');
ALTER TABLE ticket ALTER COLUMN state TYPE ticket_state USING state::text::ticket_state;
DROP TYPE ticket_state_old;
