SET search_path = public, pg_temp; SET client_min_messages = warning;
