UPDATE account SET settings = jsonb_set(settings, '{theme}', to_jsonb(theme)) WHERE theme IS NOT NULL;
UPDATE account SET settings = coalesce(settings, '{}') || jsonb_build_object('theme', theme);
