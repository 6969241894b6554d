UPDATE detail SET tags = jsonb_set(tags, '{0}', '"first"') WHERE jsonb_typeof(tags) = 'array';
