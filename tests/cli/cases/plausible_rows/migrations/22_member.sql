UPDATE detail SET body = jsonb_set(body::jsonb, '{seen}', 'true');
