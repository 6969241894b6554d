UPDATE contact SET data = (data - 'mail') || jsonb_build_object('email', data -> 'mail') WHERE data ? 'mail';
CREATE OR REPLACE VIEW contact_mail AS SELECT id, data ->> 'email' AS mail FROM contact;
