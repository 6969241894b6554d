UPDATE account SET settings = jsonb_set(settings, '{theme}', to_jsonb(theme));
