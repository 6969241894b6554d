-- Functions in public that are called like those that we and the tools call, and come first.
DO $$
DECLARE f record;
BEGIN
  FOR f IN SELECT p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid) a, pg_catalog.pg_get_function_result(p.oid) r
           FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset AND p.proargmodes IS NULL
           AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proargtypes) t JOIN pg_catalog.pg_type y ON y.oid = t WHERE y.typtype = 'p') AND p.prorettype NOT IN (SELECT oid FROM pg_type WHERE typtype = 'p')
           AND p.proname IN ('format','hashtext','hashtextextended','now','current_setting','set_config','to_regclass','md5','quote_ident','quote_literal','lower','upper','length','substr','strpos','split_part','pg_get_expr','pg_get_indexdef','pg_get_constraintdef','pg_get_viewdef','pg_get_triggerdef','pg_get_functiondef','format_type','pg_advisory_lock','pg_advisory_unlock','pg_try_advisory_lock','pg_advisory_xact_lock','clock_timestamp','version','current_database','current_schema','pg_backend_pid','obj_description','col_description','pg_get_userbyid','has_table_privilege','pg_table_is_visible','txid_current','left','right','replace','btrim','concat','concat_ws','regexp_replace','to_char','nextval','setval','pg_sequence_last_value','octet_length','round','abs','pg_describe_object','array_to_string','oidvectortypes','pg_has_role','pg_terminate_backend','pg_relation_size','pg_relation_filenode','extract','date_part','date_trunc','pg_encoding_to_char','pg_get_function_identity_arguments','pg_get_function_result','pg_get_function_arguments','pg_get_ruledef','pg_get_statisticsobjdef','pg_get_partkeydef','pg_get_serial_sequence','current_query','inet_server_addr','textcat','texteq','int4eq','oideq','nameeq')
  LOOP
    BEGIN
      EXECUTE pg_catalog.format('CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS ''BEGIN RAISE EXCEPTION ''''mine %s''''; END''', f.proname, f.a, f.r, f.proname);
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $$;
CREATE TABLE public.t (id int primary key, a text);
SET search_path = public, pg_catalog;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', pg_catalog.current_database()); END $$;
