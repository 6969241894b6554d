-- The view reads another one.
UPDATE contact SET data = (data - 'tel') || jsonb_build_object('phone', data -> 'tel') WHERE data ? 'tel';
