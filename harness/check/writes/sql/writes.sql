-- Tries the writes of an application on tables, views and functions: each trial in a subtransaction that is rolled back.
-- The setting pgassay.relations has the relations (sql/writes_relations.sql), pgassay.writes the functions: those that
-- have one of "words" in their name or text, and "functions" as [schema, name]. Afterwards it holds a list of results:
-- relation, action, result, and for a failure the server's message. Sequences are put back to their positions.
--
-- Everything is tried as the session's user, and as each role that has the privilege: the grantees of the relations, and
-- the "roles", which had a privilege before.
--
-- A result is "ok"; "values": other values could succeed, or the code refuses on purpose; "soft": a refusal that only
-- counts if the same succeeded before; "hard": no value helps; "sequence": a default gave a number that is taken;
-- "none": the role has no privilege for it.
--
-- It is a function of the session, so that it is compiled, and its statements are planned, once in a session.
CREATE FUNCTION pg_temp.pgassay_writes() RETURNS void LANGUAGE plpgsql AS $pgassay$
#variable_conflict use_variable
DECLARE
  v_input jsonb := coalesce(nullif(pg_catalog.current_setting('pgassay.writes', true), ''), '{"all": true}')::jsonb;
  v_output jsonb := '[]';
  v_root boolean := pg_catalog.current_setting('is_superuser') = 'on';
  v_relation record;
  v_sequence oid;
  v_unused oid[];
  v_stood jsonb := '{}';
  v_last jsonb;
  v_rows text[];
  v_places tid[];
  v_parts oid[];
  v_action text;
  v_actions text[];
  v_role text;
  v_may boolean;
  v_roles text[];
  v_function record;
  v_number record;
  v_max numeric;
  v_n integer;
  v_i integer;
  v_best text;
  v_best_say jsonb;
  v_default text;
  v_default_say jsonb;
  v_result text;
  v_say jsonb;
  v_way integer;
  v_path integer;
  v_setup text;
  v_stage text;
  v_sql text;
  v_done bigint;
  v_none boolean;
  v_kept boolean;
  v_gone bigint;
  v_rows_before bigint;
  v_rows_after bigint;
  v_new_place tid;
  v_new_part oid;
  v_state text;
  v_message text;
  v_detail text;
  v_context text;
  v_hint text;
  v_constraint text;
  v_table text;
  v_schema text;
  v_taking text;
  v_waits boolean := v_input -> 'waiting' <> '[]';
  -- Whether cascades are known from trials of the referencing rows themselves.
  v_simple boolean := coalesce((v_input ->> 'simple')::boolean, false);
  -- Whether not everybody may execute each function. What was planned as another role would not be asked again.
  v_guarded boolean := EXISTS (
    SELECT FROM pg_catalog.pg_proc p
    WHERE p.oid >= 16384 AND p.proacl IS NOT NULL
      AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) g WHERE g.grantee = 0 AND g.privilege_type = 'EXECUTE'));
BEGIN
  -- A rollback does not reset a sequence. One that has given out no number may have been set to its start.
  SELECT coalesce(pg_catalog.jsonb_object_agg(x.oid::text, pg_catalog.jsonb_build_array(x.last, true)) FILTER (WHERE x.last IS NOT NULL), '{}'),
         coalesce(pg_catalog.array_agg(x.oid) FILTER (WHERE x.last IS NULL), '{}')
    INTO v_stood, v_unused
    FROM (SELECT s.seqrelid AS oid, pg_catalog.pg_sequence_last_value(s.seqrelid) AS last
          FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid AND c.relpersistence <> 't') x;
  FOREACH v_sequence IN ARRAY v_unused LOOP
    EXECUTE pg_catalog.format('SELECT pg_catalog.jsonb_build_array(last_value, is_called) FROM %s', v_sequence::regclass) INTO v_last;
    v_stood := v_stood || pg_catalog.jsonb_build_object(v_sequence::text, v_last);
  END LOOP;
  SELECT coalesce(pg_catalog.array_agg(x.name), '{}') INTO v_roles
    FROM (SELECT r.rolname::text AS name FROM pg_catalog.pg_roles r
          WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND pg_catalog.pg_has_role(r.oid, 'MEMBER')
            AND (coalesce(v_input -> 'roles', '[]') @> pg_catalog.to_jsonb(r.rolname::text)
                 OR EXISTS (SELECT FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
                            WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm') AND g.grantee = r.oid AND c.relowner <> r.oid)
                 OR EXISTS (SELECT FROM pg_catalog.pg_proc p CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
                            WHERE p.oid >= 16384 AND g.grantee = r.oid AND p.proowner <> r.oid))
          ORDER BY 1 LIMIT 6) x;
  FOR v_relation IN
    SELECT *
    FROM pg_catalog.jsonb_to_recordset(nullif(pg_catalog.current_setting('pgassay.relations'), '')::jsonb)
      AS x(oid oid, kind "char", schema text, name text, quoted text, populated boolean, given text, more text, set_self text,
           set_other text, needs_place boolean, unheeded boolean, cascades boolean, updatable integer, written boolean, given_numbers jsonb,
           has_defaults boolean, waits_for text, own boolean, takings text[])
  LOOP
    -- Rows of it go with others, or others with it, which was tried for itself.
    CONTINUE WHEN v_relation.waits_for IS NOT NULL AND v_simple;
    v_rows := '{}';
    IF v_relation.kind IN ('r', 'p') THEN
      EXECUTE pg_catalog.format('SELECT pg_catalog.array_agg(q.r), pg_catalog.array_agg(q.c), pg_catalog.array_agg(q.t) '
                     'FROM (SELECT x::text AS r, x.ctid AS c, x.tableoid AS t FROM (SELECT x, x.ctid, x.tableoid FROM %s x LIMIT 2000) x '
                     'ORDER BY x.tableoid, x.ctid DESC LIMIT 8) q', v_relation.quoted)
        INTO v_rows, v_places, v_parts;
    ELSIF v_relation.kind = 'v' THEN
      v_rows := ARRAY[''];
      -- A view without known writers may become one that cannot be written to.
      IF v_relation.updatable & 28 = 0 OR v_relation.written THEN
        v_output := v_output || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('schema', v_relation.schema, 'name', v_relation.name,
          'action', 'write', 'result', CASE WHEN v_relation.updatable & 28 = 0 THEN 'soft' ELSE 'ok' END, 'state', '55000',
          'message', 'the view is not simple, and has no INSTEAD OF trigger and no rule for it'));
      END IF;
    END IF;
    FOREACH v_role IN ARRAY ARRAY[NULL::text] || v_roles LOOP
      v_actions := CASE v_relation.kind
        WHEN 'v' THEN ARRAY['read'] || CASE WHEN v_relation.updatable & 4 > 0 THEN ARRAY['UPDATE'] ELSE '{}' END
          || CASE WHEN v_relation.updatable & 16 > 0 THEN ARRAY['DELETE'] ELSE '{}' END
        WHEN 'm' THEN ARRAY['read', 'refresh', 'refresh concurrently']
        ELSE ARRAY['INSERT', 'UPDATE', 'DELETE'] END;
      IF v_relation.waits_for <> '' THEN
        v_actions := ARRAY[v_relation.waits_for];
      END IF;
      IF v_role IS NOT NULL THEN
        -- A row of any role; how a materialized view is filled is its owner's.
        v_actions := CASE WHEN v_relation.kind = 'm' THEN ARRAY['read']
                          WHEN v_relation.kind = 'v' OR v_relation.waits_for <> '' THEN v_actions
                          ELSE ARRAY['read'] || v_actions END;
        SELECT v_output || coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('schema', v_relation.schema, 'name', v_relation.name,
                 'action', x.a, 'role', v_role, 'result', 'none', 'state', '42501',
                 'message', pg_catalog.format('role "%s" has no privilege for it any more', v_role))) FILTER (WHERE NOT x.may), '[]'),
               coalesce(pg_catalog.array_agg(x.a ORDER BY x.n) FILTER (WHERE x.may), '{}')
          INTO v_output, v_actions
          FROM (SELECT a.a, a.n, pg_catalog.has_table_privilege(v_role, v_relation.oid, CASE a.a WHEN 'read' THEN 'SELECT' ELSE a.a END) AS may
                FROM pg_catalog.unnest(v_actions) WITH ORDINALITY a(a, n)) x;
        -- Where no role but the owner is let in, a role that may go past row security is the application's.
        IF 'read' = ANY (v_actions) AND EXISTS (
             SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.rolname = v_role AND NOT r.rolbypassrls
             WHERE c.oid = v_relation.oid AND c.relrowsecurity AND NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid)
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles o WHERE o.rolbypassrls AND NOT o.rolsuper
                               AND pg_catalog.has_table_privilege(o.oid, c.oid, 'SELECT'))) THEN
          v_output := v_output || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('schema', v_relation.schema, 'name', v_relation.name,
            'action', 'read', 'role', v_role, 'result', 'none', 'state', '42501',
            'message', pg_catalog.format('row security is on, and no policy lets role "%s" see a row', v_role)));
          v_actions := pg_catalog.array_remove(v_actions, 'read');
        END IF;
      END IF;
      FOREACH v_action IN ARRAY v_actions LOOP
        v_best := NULL;
        v_best_say := NULL;
        v_default := NULL;
        v_default_say := NULL;
        v_n := CASE WHEN v_relation.kind IN ('r', 'p') AND v_action <> 'read' THEN coalesce(pg_catalog.cardinality(v_rows), 0) ELSE 1 END;
        v_n := CASE WHEN v_role IS NULL THEN v_n ELSE LEAST(v_n, 3) END;
        IF v_action = 'DELETE' AND v_relation.cascades AND v_n > 1 THEN
          -- If the DELETE of all rows works with its cascades, so does the DELETE of each.
          BEGIN
            IF v_role IS NOT NULL THEN
              PERFORM pg_catalog.set_config('role', v_role, true);
            END IF;
            EXECUTE pg_catalog.format('DELETE FROM %s x WHERE x.ctid = ANY ($1)', v_relation.quoted) USING v_places[1:v_n];
            GET DIAGNOSTICS v_done = ROW_COUNT;
            SET CONSTRAINTS ALL IMMEDIATE;
            RAISE EXCEPTION 'undone' USING ERRCODE = 'PGA01';
          EXCEPTION
            WHEN SQLSTATE 'PGA01' THEN
              v_best := CASE WHEN v_done > 0 THEN 'ok' END;
            WHEN OTHERS THEN NULL;
          END;
        END IF;
        IF v_action = 'INSERT' AND v_role IS NULL AND v_n > 0 AND v_relation.needs_place AND NOT v_relation.unheeded THEN
          -- Defaults may differ from all rows. Making place costs more: the server forgets all plans of the session.
          BEGIN
            EXECUTE CASE WHEN v_relation.given IS NULL THEN pg_catalog.format('INSERT INTO %s DEFAULT VALUES', v_relation.quoted)
              ELSE pg_catalog.format('INSERT INTO %s (%s) SELECT %s FROM (SELECT $1::%s AS r OFFSET 0) o', v_relation.quoted, v_relation.given,
                     pg_catalog.regexp_replace(v_relation.given, '("([^"]|"")+"|[^", ]+)', '(o.r).\1', 'g'), v_relation.quoted) END
              USING v_rows[1];
            GET DIAGNOSTICS v_done = ROW_COUNT;
            SET CONSTRAINTS ALL IMMEDIATE;
            RAISE EXCEPTION 'undone' USING ERRCODE = 'PGA01';
          EXCEPTION
            WHEN SQLSTATE 'PGA01' THEN
              v_best := CASE WHEN v_done > 0 THEN 'ok' END;
              v_default := CASE WHEN v_done > 0 AND v_relation.has_defaults THEN 'ok' END;
            WHEN OTHERS THEN NULL;
          END;
        END IF;
        <<candidates>>
        FOR v_i IN 1 .. CASE WHEN v_best IS NULL THEN v_n ELSE 0 END LOOP
          -- The second way is for where the first one comes to a stop at values.
          FOR v_way IN 1 .. 2 LOOP
            v_setup := NULL;
            v_sql := NULL;
            IF v_relation.kind = 'v' AND v_action = 'read' THEN
              v_sql := pg_catalog.format('SELECT pg_catalog.count(x.r) FROM (SELECT v::text AS r FROM %s v LIMIT 50) x', v_relation.quoted);
            ELSIF v_relation.kind = 'v' AND v_action = 'UPDATE' THEN
              SELECT pg_catalog.format('UPDATE %s v SET %s WHERE v::text = (SELECT w::text FROM %s w LIMIT 1)', v_relation.quoted,
                            pg_catalog.string_agg(pg_catalog.format('%I = v.%I', a.attname, a.attname), ', ' ORDER BY a.attnum), v_relation.quoted)
                INTO v_sql
                FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = v_relation.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND pg_catalog.pg_column_is_updatable(v_relation.oid, a.attnum, true)
                  -- A number that the table below always gives itself can be set to nothing else.
                  AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_rewrite w
                    JOIN pg_catalog.pg_depend e ON e.classid = 'pg_catalog.pg_rewrite'::regclass AND e.objid = w.oid
                      AND e.refclassid = 'pg_catalog.pg_class'::regclass AND e.refobjsubid > 0
                    JOIN pg_catalog.pg_attribute b ON b.attrelid = e.refobjid AND b.attnum = e.refobjsubid
                    WHERE w.ev_class = v_relation.oid AND b.attname = a.attname AND b.attidentity = 'a')
                HAVING pg_catalog.count(*) > 0;
            ELSIF v_relation.kind = 'v' THEN
              v_sql := pg_catalog.format('DELETE FROM %s v WHERE v::text = (SELECT w::text FROM %s w LIMIT 1)', v_relation.quoted, v_relation.quoted);
            ELSIF v_action = 'read' THEN
              v_sql := pg_catalog.format('SELECT pg_catalog.count(x.r) FROM (SELECT v::text AS r FROM %s v LIMIT 50) x', v_relation.quoted);
            ELSIF v_action = 'refresh' THEN
              v_sql := pg_catalog.format('REFRESH MATERIALIZED VIEW %s', v_relation.quoted);
            ELSIF v_action = 'refresh concurrently' THEN
              v_sql := CASE WHEN v_relation.populated
                            THEN pg_catalog.format('REFRESH MATERIALIZED VIEW CONCURRENTLY %s', v_relation.quoted) END;
            ELSIF v_action = 'INSERT' THEN
              v_sql := CASE
                WHEN v_way = 1 AND v_relation.given IS NULL THEN
                  pg_catalog.format('INSERT INTO %s DEFAULT VALUES', v_relation.quoted)
                WHEN v_way = 2 AND v_relation.more IS NOT DISTINCT FROM v_relation.given THEN NULL
                ELSE pg_catalog.format('INSERT INTO %s (%s) SELECT %s FROM (SELECT $1::%s AS r OFFSET 0) o', v_relation.quoted,
                            CASE v_way WHEN 1 THEN v_relation.given ELSE v_relation.more END,
                            pg_catalog.regexp_replace(CASE v_way WHEN 1 THEN v_relation.given ELSE v_relation.more END,
                                           '("([^"]|"")+"|[^", ]+)', '(o.r).\1', 'g'), v_relation.quoted) END;
            ELSIF v_action = 'UPDATE' THEN
              v_sql := CASE
                WHEN v_way = 1 AND v_relation.set_other IS NOT NULL AND v_n > 1 THEN
                  pg_catalog.format('UPDATE %s x SET %s FROM (SELECT $4::%s AS r OFFSET 0) o WHERE x.ctid = $2 AND x.tableoid = $3',
                         v_relation.quoted, v_relation.set_other, v_relation.quoted)
                WHEN v_way = 2 AND v_relation.set_self IS NOT NULL THEN
                  pg_catalog.format('UPDATE %s x SET %s WHERE x.ctid = $2 AND x.tableoid = $3', v_relation.quoted, v_relation.set_self) END;
            ELSE
              v_sql := pg_catalog.format('DELETE FROM %s x WHERE x.ctid = $2 AND x.tableoid = $3', v_relation.quoted);
              IF v_way = 2 THEN
                -- Nothing refers to a row that is new.
                v_setup := CASE WHEN v_relation.given IS NULL THEN
                    pg_catalog.format('INSERT INTO %s DEFAULT VALUES RETURNING ctid, tableoid', v_relation.quoted)
                  ELSE pg_catalog.format('INSERT INTO %s (%s) SELECT %s FROM (SELECT $1::%s AS r OFFSET 0) o RETURNING ctid, tableoid',
                              v_relation.quoted, v_relation.given,
                              pg_catalog.regexp_replace(v_relation.given, '("([^"]|"")+"|[^", ]+)', '(o.r).\1', 'g'), v_relation.quoted) END;
              END IF;
            END IF;
            CONTINUE WHEN v_sql IS NULL;
            -- A missing name may be found with the application's search_path; a refused row may exist already.
            v_none := false;
            FOR v_path IN 1 .. 2 LOOP
              v_say := NULL;
              v_stage := 'place';
              v_gone := 0;
              v_kept := false;
              BEGIN
                IF v_path = 2 THEN
                  PERFORM pg_catalog.set_config('search_path', pg_catalog.format('%I, public', v_relation.schema), true);
                END IF;
                IF v_action = 'INSERT' AND (v_relation.needs_place OR v_none) THEN
                  -- The row makes place for one with its values; what refers to it stays.
                  IF v_root AND NOT v_relation.unheeded THEN
                    PERFORM pg_catalog.set_config('session_replication_role', 'replica', true);
                  END IF;
                  -- If no row was accepted, there is none that the new one could duplicate.
                  EXECUTE pg_catalog.format('DELETE FROM %s x WHERE $3 OR x.ctid = $1 AND x.tableoid = $2', v_relation.quoted)
                    USING v_places[v_i], v_parts[v_i], v_none;
                  GET DIAGNOSTICS v_gone = ROW_COUNT;
                  IF v_root AND NOT v_relation.unheeded THEN
                    PERFORM pg_catalog.set_config('session_replication_role', 'origin', true);
                  END IF;
                END IF;
                v_new_place := v_places[v_i];
                v_new_part := v_parts[v_i];
                IF v_setup IS NOT NULL THEN
                  v_stage := 'setup';
                  EXECUTE v_setup INTO v_new_place, v_new_part USING v_rows[v_i];
                END IF;
                IF v_role IS NOT NULL THEN
                  PERFORM pg_catalog.set_config('role', v_role, true);
                  IF v_guarded THEN
                    EXECUTE 'DISCARD PLANS';
                  END IF;
                END IF;
                v_stage := 'main';
                EXECUTE v_sql USING v_rows[v_i], v_new_place, v_new_part, v_rows[v_i % v_n + 1];
                GET DIAGNOSTICS v_done = ROW_COUNT;
                SET CONSTRAINTS ALL IMMEDIATE;
                IF v_done = 0 AND v_action = 'DELETE' AND v_role IS NULL AND v_relation.kind IN ('r', 'p') THEN
                  -- A soft delete writes to the row; a rule, or RETURN NULL, is meant.
                  EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) > 0 FROM %s x WHERE x.ctid = $1 AND x.tableoid = $2', v_relation.quoted)
                    INTO v_kept USING v_new_place, v_new_part;
                  v_kept := v_kept AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_rewrite w WHERE w.ev_class IN (v_relation.oid, v_parts[v_i]) AND w.ev_type = '4')
                    AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
                    WHERE g.tgrelid IN (v_relation.oid, v_parts[v_i]) AND g.tgtype & 11 = 11 AND p.prosrc ~* 'return\s+null')
                    AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_class c WHERE c.oid IN (v_relation.oid, v_parts[v_i]) AND c.relforcerowsecurity);
                END IF;
                IF v_done = 0 AND v_action = 'INSERT' AND v_relation.kind IN ('r', 'p') THEN
                  -- A trigger may have put the row elsewhere below the table.
                  EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s', v_relation.quoted) INTO v_rows_after;
                END IF;
                RAISE EXCEPTION 'undone' USING ERRCODE = 'PGA01';
              EXCEPTION
                WHEN SQLSTATE 'PGA01' THEN
                  v_result := CASE WHEN v_done = 0 AND v_action IN ('UPDATE', 'DELETE') AND v_relation.kind IN ('r', 'p')
                              THEN 'values' ELSE 'ok' END;
                  IF v_kept THEN
                    v_result := 'soft';
                    v_say := pg_catalog.jsonb_build_object('state', '02000', 'row', pg_catalog.regexp_replace(v_rows[v_i], '^(.{97}).{4,}$', '\1...'),
                      'message', 'the row stays, and no error is raised: a trigger BEFORE DELETE gives NULL back (NEW is NULL there: RETURN OLD)');
                  END IF;
                  IF v_done = 0 AND v_action = 'INSERT' AND v_relation.kind IN ('r', 'p') THEN
                    EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s', v_relation.quoted) INTO v_rows_before;
                    v_none := v_path = 1;
                    IF v_rows_after <= v_rows_before - v_gone THEN
                      v_result := 'soft';
                      v_say := pg_catalog.jsonb_build_object('state', '02000', 'row', pg_catalog.regexp_replace(v_rows[v_i], '^(.{97}).{4,}$', '\1...'),
                        'message', 'it puts no row there: a trigger or a rule takes it away, and no error is raised');
                    END IF;
                  END IF;
                WHEN OTHERS THEN
                  GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL,
                    v_context = PG_EXCEPTION_CONTEXT, v_hint = PG_EXCEPTION_HINT, v_constraint = CONSTRAINT_NAME,
                    v_table = TABLE_NAME, v_schema = SCHEMA_NAME;
                  -- Our own statement and block are the last lines of the context.
                  v_context := pg_catalog.regexp_replace(v_context,
                    E'(^|\\n)(SQL statement "[^\\n]*"\\n)?PL/pgSQL function (pg_temp_[0-9]+[.])?pgassay_writes[^\\n]*$', '');
                  -- Whether the assignment is in the context depends on the functions that the session has loaded.
                  v_context := pg_catalog.regexp_replace(v_context, E'^PL/pgSQL assignment "[^\n]*"\n', '');
                  v_result := CASE
                    WHEN v_stage <> 'main' THEN 'values'
                    WHEN v_context ~ E'^PL/pgSQL function [^\\n]* at RAISE(\\n|$)' THEN 'values'
                    WHEN v_message LIKE 'unrecognized configuration parameter%' THEN 'values'
                    -- What a trigger writes to another table is not for the role to choose.
                    WHEN v_message LIKE 'new row violates row-level security%' THEN CASE
                      WHEN v_context <> '' AND v_message NOT LIKE pg_catalog.format('%%"%s"%%', v_relation.name) THEN 'soft' ELSE 'values' END
                    WHEN v_state = '42501' OR v_action = 'refresh concurrently' THEN 'soft'
                    -- Here we do not know which column of the view is a generated column of its table.
                    WHEN v_state = '428C9' AND v_relation.kind = 'v' THEN 'values'
                    -- Nor which two of its columns are one there: we set all of them at once, and nobody else does.
                    WHEN v_state = '42601' AND v_relation.kind = 'v' AND v_message LIKE 'multiple assignments to same column%' THEN 'values'
                    WHEN v_state LIKE '42%' THEN 'hard'
                    WHEN v_state = '55000' THEN CASE WHEN v_message LIKE 'currval %' OR v_message LIKE 'lastval %' THEN 'values' ELSE 'hard' END
                    WHEN v_state IN ('0A000', '2F005', '39P01', '3F000', '54001', 'XX000') THEN 'hard'
                    WHEN v_state = '23502' THEN 'soft'
                    -- Code may name a label that has another name now.
                    WHEN v_state = '22P02' AND v_context <> '' AND v_message LIKE 'invalid input value for enum %' THEN 'soft'
                    WHEN v_state ~ '^(22|23)' AND v_context <> '' AND (v_schema, v_table) IS DISTINCT FROM (v_relation.schema::text, v_relation.name::text)
                      AND v_table <> '' THEN 'soft'
                    ELSE 'values' END;
                  IF v_state = '23505' AND v_stage = 'main' THEN
                    -- Whose number is it? A default's, when its sequence has just given it.
                    SELECT CASE WHEN v_detail LIKE pg_catalog.format('%%(%s)=(%s)%%', pg_catalog.quote_ident(a.attname), pg_catalog.currval(s.seq)) THEN 'sequence' ELSE v_result END
                      INTO v_result
                      FROM pg_catalog.pg_class t
                      JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace AND n.nspname = v_schema
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
                      CROSS JOIN LATERAL (
                        SELECT e.refobjid AS seq FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_depend e
                          ON e.classid = 'pg_catalog.pg_attrdef'::regclass AND e.objid = d.oid AND e.refclassid = 'pg_catalog.pg_class'::regclass
                          JOIN pg_catalog.pg_class q ON q.oid = e.refobjid AND q.relkind = 'S'
                          WHERE d.adrelid = t.oid AND d.adnum = a.attnum
                        UNION ALL
                        SELECT e.objid FROM pg_catalog.pg_depend e JOIN pg_catalog.pg_class q ON q.oid = e.objid AND q.relkind = 'S'
                          WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.refclassid = 'pg_catalog.pg_class'::regclass
                            AND e.refobjid = t.oid AND e.refobjsubid = a.attnum AND e.deptype = 'i'
                      ) s
                      JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND a.attnum = ANY (i.indkey)
                      JOIN pg_catalog.pg_class k ON k.oid = i.indexrelid AND k.relname = v_constraint
                      WHERE t.relname = v_table
                        AND v_detail LIKE pg_catalog.format('%%(%s)=%%', pg_catalog.quote_ident(a.attname))
                      LIMIT 1;
                    v_result := coalesce(v_result, 'values');
                  END IF;
                  v_say := pg_catalog.jsonb_build_object('state', v_state, 'message', v_message, 'detail', v_detail, 'hint', v_hint,
                    'context', v_context, 'table', CASE WHEN v_table <> '' THEN pg_catalog.format('%I.%I', v_schema, v_table) END,
                    'row', pg_catalog.regexp_replace(v_rows[v_i], '^(.{97}).{4,}$', '\1...'));
              END;
              EXIT WHEN NOT (v_none AND v_result = 'soft') AND (v_result <> 'hard' OR v_state NOT IN ('42P01', '42883', '42704', '3F000'));
            END LOOP;
            IF v_action = 'INSERT' AND v_way = 1 AND v_role IS NULL AND v_relation.has_defaults AND v_default IS NULL THEN
              -- Whatever the other values: is it the defaults that are refused?
              v_default := CASE WHEN v_result = 'ok' THEN 'ok' WHEN v_state = '23514' AND v_stage = 'main' AND CASE
                WHEN v_message LIKE 'no partition of relation %' THEN EXISTS (
                  SELECT FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = v_relation.oid
                    AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.partattrs) n WHERE n = 0 OR v_relation.given_numbers @> pg_catalog.to_jsonb(n)))
                ELSE EXISTS (
                  SELECT FROM pg_catalog.pg_constraint k WHERE k.conname = v_constraint AND k.contype = 'c'
                    AND k.conrelid = v_relation.oid AND pg_catalog.cardinality(k.conkey) > 0
                    AND NOT EXISTS (SELECT FROM pg_catalog.unnest(k.conkey) n WHERE v_relation.given_numbers @> pg_catalog.to_jsonb(n)))
                  -- Or the check of a domain, which its columns' rows have passed.
                  OR EXISTS (
                  SELECT FROM pg_catalog.pg_constraint k
                  JOIN pg_catalog.pg_attribute a ON a.attrelid = v_relation.oid AND a.attnum > 0 AND a.atthasdef
                  JOIN pg_catalog.pg_type y ON y.oid = a.atttypid AND k.contypid IN (y.oid, y.typbasetype)
                  WHERE k.conname = v_constraint AND k.contype = 'c' AND k.contypid <> 0
                    AND NOT v_relation.given_numbers @> pg_catalog.to_jsonb(a.attnum))
                END THEN 'soft' END;
              v_default_say := CASE WHEN v_default = 'soft' THEN v_say END;
            END IF;
            IF v_best IS NULL OR v_result IN ('ok', 'hard', 'sequence') OR v_best = 'soft' AND v_result = 'values' THEN
              v_best := v_result;
              v_best_say := v_say;
            END IF;
            -- Cascades differ from row to row.
            EXIT candidates WHEN v_kept OR v_best IN ('hard', 'sequence') OR v_best = 'ok' AND NOT (v_action = 'DELETE' AND v_relation.cascades);
            EXIT WHEN v_result = 'ok';
          END LOOP;
        END LOOP;
        IF v_best IS NOT NULL THEN
          IF v_action = 'INSERT' AND v_role IS NULL AND v_best = 'ok' THEN
            -- A number that rows have already will be given out soon: the first INSERTs work, and then one does not.
            FOR v_number IN
              SELECT pg_catalog.quote_ident(a.attname) AS name, s.seq
              FROM pg_catalog.pg_attribute a
              CROSS JOIN LATERAL (
                SELECT e.refobjid AS seq FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_depend e
                  ON e.classid = 'pg_catalog.pg_attrdef'::regclass AND e.objid = d.oid AND e.refclassid = 'pg_catalog.pg_class'::regclass
                  WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                    AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^nextval[(][^()]*[)]$'
                UNION ALL
                SELECT e.objid FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.refclassid = 'pg_catalog.pg_class'::regclass
                    AND e.refobjid = a.attrelid AND e.refobjsubid = a.attnum AND e.deptype = 'i'
              ) s
              JOIN pg_catalog.pg_sequence q ON q.seqrelid = s.seq AND q.seqincrement = 1
              WHERE a.attrelid = v_relation.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND a.atttypid IN ('pg_catalog.int2'::regtype, 'pg_catalog.int4'::regtype, 'pg_catalog.int8'::regtype)
                AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique
                            AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum AND i.indpred IS NULL)
            LOOP
              EXECUTE pg_catalog.format('SELECT pg_catalog.max(x.%s) FROM %s x', v_number.name, v_relation.quoted) INTO v_max;
              IF v_max - (v_stood -> v_number.seq::text ->> 0)::numeric BETWEEN 1 AND 1000 THEN
                v_best_say := pg_catalog.jsonb_build_object('behind', v_max::text, 'state', '23505',
                  'table', v_relation.quoted, 'detail', pg_catalog.format('Key (%s)=(%s)', v_number.name, v_max),
                  'message', pg_catalog.format('the sequence of "%s" stands at %s, and a row has %s: the INSERT that comes to it is a duplicate key',
                                               v_number.name, v_stood -> v_number.seq::text ->> 0, v_max));
              END IF;
            END LOOP;
          END IF;
          v_output := v_output || pg_catalog.jsonb_build_array(coalesce(v_best_say, '{}') || pg_catalog.jsonb_build_object('schema', v_relation.schema,
            'name', v_relation.name, 'kind', v_relation.kind, 'role', v_role, 'action', v_action, 'result', v_best));
        END IF;
        IF v_default IS NOT NULL THEN
          v_output := v_output || pg_catalog.jsonb_build_array(coalesce(v_default_say, '{}') || pg_catalog.jsonb_build_object('schema', v_relation.schema,
            'name', v_relation.name, 'kind', v_relation.kind, 'action', 'defaults', 'result', v_default));
        END IF;
        v_simple := v_simple AND (v_action <> 'DELETE' OR v_best IS NULL OR v_best = 'ok');
      END LOOP;
    END LOOP;
    IF v_waits AND v_simple AND v_relation.kind IN ('r', 'p') THEN
      v_simple := v_relation.own AND v_relation.takings IS NOT NULL;
      FOREACH v_taking IN ARRAY coalesce(v_relation.takings, '{}') LOOP
        BEGIN
          EXECUTE pg_catalog.format('UPDATE %s x SET %s WHERE x.ctid = ANY ($1)', v_relation.quoted, v_taking) USING v_places;
          SET CONSTRAINTS ALL IMMEDIATE;
          RAISE EXCEPTION 'undone' USING ERRCODE = 'PGA01';
        EXCEPTION
          WHEN SQLSTATE 'PGA01' THEN NULL;
          WHEN OTHERS THEN v_simple := false;
        END;
      END LOOP;
    END IF;
  END LOOP;
  IF v_waits AND NOT v_simple THEN
    SELECT coalesce(pg_catalog.jsonb_agg(o.o ORDER BY o.o ->> 'schema' COLLATE "C", o.o ->> 'name' COLLATE "C", o.n), '[]') INTO v_output
      FROM pg_catalog.jsonb_array_elements(v_output) WITH ORDINALITY o(o, n);
  END IF;
  IF v_input ?| ARRAY['words', 'functions'] THEN
    -- Functions that are called with values of their types; NULL for those without known values. Nothing that has
    -- effects outside of the database.
    FOR v_function IN
      SELECT p.oid, p.prokind AS kind, p.proacl AS acl, n.nspname AS schema,
             pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS name,
             pg_catalog.format('%s%I.%I(%s)', CASE p.prokind WHEN 'p' THEN 'CALL ' ELSE 'SELECT ' END, n.nspname, p.proname, x.arguments) AS call
      -- There are many functions of the server, and the conditions on the others take time.
      FROM (SELECT f.* FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace m ON m.oid = f.pronamespace
            WHERE f.oid >= 16384
              AND (v_input -> 'functions' @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(m.nspname, f.proname))
                   OR EXISTS (SELECT FROM pg_catalog.jsonb_array_elements_text(v_input -> 'words') w
                              WHERE f.proname = w OR pg_catalog.strpos(pg_catalog.lower(f.prosrc), pg_catalog.lower(w)) > 0))
            OFFSET 0) p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_catalog.pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
      CROSS JOIN LATERAL (
        SELECT coalesce(pg_catalog.string_agg(coalesce(pg_catalog.quote_literal(CASE
                 WHEN b.typname IN ('time', 'timetz') THEN '12:00'
                 WHEN b.typname = 'uuid' THEN '00000000-0000-4000-8000-000000000001'
                 WHEN b.typname IN ('json', 'jsonb') THEN '{}'
                 WHEN b.typname = 'bytea' THEN ''
                 WHEN b.typtype = 'e' THEN (SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder LIMIT 1)
                 WHEN b.typtype IN ('r', 'm') THEN 'empty'
                 WHEN b.typtype = 'b' THEN CASE b.typcategory WHEN 'N' THEN '1' WHEN 'B' THEN 'true' WHEN 'D' THEN '2020-02-29'
                   WHEN 'T' THEN '1 day' WHEN 'S' THEN 'a' WHEN 'A' THEN '{}' WHEN 'I' THEN '127.0.0.1' END
               END), 'NULL') || '::' || pg_catalog.format_type(a.type, NULL), ', ' ORDER BY a.n), '') AS arguments
        FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY a(type, n)
        JOIN pg_catalog.pg_type t ON t.oid = a.type
        JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
      ) x
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.prokind IN ('f', 'p')
        AND p.prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
        AND p.prosrc !~* '(dblink|notify|sleep|pg_terminate|pg_cancel|pg_reload|lo_(import|export)|\mcopy\M|http|pg_read_|pg_write|advisory|\mexecute\M|\mcreate\M|\mdrop\M|\malter\M|\mtruncate\M)'
        AND NOT EXISTS (SELECT FROM pg_catalog.unnest(p.proargtypes::oid[]) a JOIN pg_catalog.pg_type y ON y.oid = a WHERE y.typtype = 'p')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                        WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e')
        AND NOT coalesce(v_input -> 'schemas', '[]') @> pg_catalog.jsonb_build_array(n.nspname)
      ORDER BY 4, 5
    LOOP
      -- As the roles that it was granted to by name, too.
      FOR v_role, v_may IN
        SELECT NULL::text, true
        UNION ALL
        SELECT x.role, g.named FROM pg_catalog.unnest(v_roles) x(role)
        CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM pg_catalog.aclexplode(v_function.acl) e
                                           WHERE e.grantee = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = x.role) AND e.privilege_type = 'EXECUTE') AS named) g
        WHERE g.named OR NOT pg_catalog.has_function_privilege(x.role, v_function.oid, 'EXECUTE')
      LOOP
        IF NOT v_may THEN
          v_output := v_output || pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('schema', v_function.schema, 'name', v_function.name,
            'action', 'call', 'role', v_role, 'result', 'none', 'state', '42501',
            'message', pg_catalog.format('role "%s" has no privilege for it any more', v_role)));
          CONTINUE;
        END IF;
        FOR v_path IN 1 .. 2 LOOP
          v_say := NULL;
          BEGIN
            IF v_path = 2 THEN
              PERFORM pg_catalog.set_config('search_path', pg_catalog.format('%I, public', v_function.schema), true);
            END IF;
            IF v_role IS NOT NULL THEN
              PERFORM pg_catalog.set_config('role', v_role, true);
              IF v_guarded THEN
                EXECUTE 'DISCARD PLANS';
              END IF;
            END IF;
            EXECUTE v_function.call;
            SET CONSTRAINTS ALL IMMEDIATE;
            RAISE EXCEPTION 'undone' USING ERRCODE = 'PGA01';
          EXCEPTION
            WHEN SQLSTATE 'PGA01' THEN
              v_result := 'ok';
            WHEN OTHERS THEN
              GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL,
                v_context = PG_EXCEPTION_CONTEXT, v_hint = PG_EXCEPTION_HINT;
              v_context := pg_catalog.regexp_replace(v_context,
                E'(^|\\n)(SQL statement "[^\\n]*"\\n)?PL/pgSQL function (pg_temp_[0-9]+[.])?pgassay_writes[^\\n]*$', '');
              v_result := CASE WHEN v_role IS NOT NULL AND v_state = '42501' THEN 'soft'
                               WHEN v_context !~ E'^PL/pgSQL function [^\\n]* at RAISE(\\n|$)' AND v_state LIKE '42%'
                                 AND v_message NOT LIKE 'unrecognized configuration parameter%' THEN 'hard' ELSE 'values' END;
              v_say := pg_catalog.jsonb_build_object('state', v_state, 'message', v_message, 'detail', v_detail, 'hint', v_hint,
                'context', v_context, 'row', v_function.call);
          END;
          EXIT WHEN v_result <> 'hard' OR v_state NOT IN ('42P01', '42883', '42704');
        END LOOP;
        v_output := v_output || pg_catalog.jsonb_build_array(coalesce(v_say, '{}') || pg_catalog.jsonb_build_object('schema', v_function.schema,
          'name', v_function.name, 'action', 'call', 'role', v_role, 'result', v_result));
        EXIT WHEN v_result <> 'ok';
      END LOOP;
    END LOOP;
  END IF;
  PERFORM pg_catalog.setval(s.key::oid::regclass, (s.value ->> 0)::bigint, (s.value ->> 1)::boolean)
    FROM pg_catalog.jsonb_each(v_stood) s
    WHERE pg_catalog.pg_sequence_last_value(s.key::oid::regclass) IS DISTINCT FROM
          CASE WHEN (s.value ->> 1)::boolean THEN (s.value ->> 0)::bigint END;
  PERFORM pg_catalog.set_config('pgassay.writes', v_output::text, true);
END
$pgassay$;
