-- What an application does with tables and views, tried: each trial in a subtransaction that is rolled back. The setting
-- pgassay.writes is {"all": true} or {"code": true, "names": [[schema, name], ...]}: all relations; or these, and with
-- "code" those on which a change elsewhere can have an effect; but never those of "not" (as "names"), nor the schemas of
-- "schemas". It then holds a list of what came out: relation, action, result, and of a failure what the server said.
-- Sequences stand afterwards where they stood.
--
-- A result is "ok"; "values": other values could go through, or the code refuses on purpose; "soft": a refusal that
-- says something where the same went through before; "hard": no value helps; "sequence": a default gave a number that
-- is taken.
DO $pgassay$
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
  v_n integer;
  v_i integer;
  v_best text;
  v_best_say jsonb;
  v_result text;
  v_say jsonb;
  v_way integer;
  v_path integer;
  v_setup text;
  v_stage text;
  v_sql text;
  v_done bigint;
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
BEGIN
  -- A rollback gives no number back. One that has given none may have been set to where it begins.
  SELECT coalesce(pg_catalog.jsonb_object_agg(x.oid::text, pg_catalog.jsonb_build_array(x.last, true)) FILTER (WHERE x.last IS NOT NULL), '{}'),
         coalesce(pg_catalog.array_agg(x.oid) FILTER (WHERE x.last IS NULL), '{}')
    INTO v_stood, v_unused
    FROM (SELECT s.seqrelid AS oid, pg_catalog.pg_sequence_last_value(s.seqrelid) AS last
          FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid AND c.relpersistence <> 't') x;
  FOREACH v_sequence IN ARRAY v_unused LOOP
    EXECUTE pg_catalog.format('SELECT pg_catalog.jsonb_build_array(last_value, is_called) FROM %s', v_sequence::regclass) INTO v_last;
    v_stood := v_stood || pg_catalog.jsonb_build_object(v_sequence::text, v_last);
  END LOOP;
  FOR v_relation IN
    WITH RECURSIVE code(oid) AS (
      -- Relations whose writes run code of the database's own.
      SELECT t.tgrelid FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal
      UNION SELECT w.ev_class FROM pg_catalog.pg_rewrite w WHERE w.rulename <> '_RETURN'
      UNION SELECT y.polrelid FROM pg_catalog.pg_policy y
      UNION SELECT d.adrelid FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_depend e
        ON e.classid = 'pg_catalog.pg_attrdef'::regclass AND e.objid = d.oid
        AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
      UNION SELECT k.conrelid FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_depend e
        ON e.classid = 'pg_catalog.pg_constraint'::regclass AND e.objid = k.oid
        AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
      UNION SELECT i.indrelid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_depend e
        ON e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = i.indexrelid
        AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
      UNION SELECT w.ev_class FROM pg_catalog.pg_rewrite w JOIN pg_catalog.pg_depend e
        ON e.classid = 'pg_catalog.pg_rewrite'::regclass AND e.objid = w.oid
        AND e.refclassid = 'pg_catalog.pg_proc'::regclass AND e.refobjid >= 16384
      UNION SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind = 'm'
      -- A row that goes takes rows of other tables with it.
      UNION SELECT k.confrelid FROM code JOIN pg_catalog.pg_constraint k
        ON k.conrelid = code.oid AND k.contype = 'f' AND (k.confdeltype NOT IN ('a', 'r') OR k.confupdtype NOT IN ('a', 'r'))
    ),
    columns AS (
      SELECT a.attrelid, a.attnum, pg_catalog.quote_ident(a.attname) AS name,
             a.attgenerated = '' AND a.attidentity <> 'a' AS settable,
             a.attgenerated = '' AND a.attidentity = '' AS insertable,
             a.attgenerated = '' AND a.attidentity = '' AND NOT a.atthasdef AND y.typdefault IS NULL AS given,
             a.attidentity <> '' OR EXISTS (
               SELECT FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_depend e
                 ON e.classid = 'pg_catalog.pg_attrdef'::regclass AND e.objid = d.oid
                 AND e.refclassid = 'pg_catalog.pg_class'::regclass
               JOIN pg_catalog.pg_class s ON s.oid = e.refobjid AND s.relkind = 'S'
               WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) AS numbered,
             EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)
                     AND (i.indisunique OR i.indisexclusion))
             OR EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'f'
                        AND a.attnum = ANY (k.conkey))
             OR EXISTS (SELECT FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = a.attrelid) AS tied
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
      WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
    )
    SELECT c.oid, c.relkind AS kind, n.nspname AS schema, c.relname AS name,
           pg_catalog.format('%I.%I', n.nspname, c.relname) AS quoted,
           c.relispopulated AS populated,
           x.given, x.more, x.set_self, x.set_other,
           EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)
                   AND NOT EXISTS (SELECT FROM columns s WHERE s.attrelid = c.oid AND s.numbered
                                   AND s.attnum = ANY (i.indkey))) AS needs_place,
           EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = c.oid AND k.contype = 'f'
                   AND k.confdeltype NOT IN ('a', 'r')) AS cascades,
           CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_relation_is_updatable(c.oid, true) ELSE 0 END AS updatable
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
      SELECT pg_catalog.string_agg(s.name, ', ' ORDER BY s.attnum) FILTER (WHERE s.given) AS given,
             pg_catalog.string_agg(s.name, ', ' ORDER BY s.attnum) FILTER (WHERE s.insertable AND NOT s.numbered) AS more,
             pg_catalog.string_agg(s.name || ' = x.' || s.name, ', ' ORDER BY s.attnum) FILTER (WHERE s.settable) AS set_self,
             pg_catalog.string_agg(s.name || ' = (o.r).' || s.name, ', ' ORDER BY s.attnum)
               FILTER (WHERE s.settable AND NOT s.tied) AS set_other
      FROM columns s WHERE s.attrelid = c.oid
    ) x
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't' AND NOT c.relispartition
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'pgassay_rows')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::regclass
                      AND e.objid = c.oid AND e.deptype = 'e')
      AND NOT coalesce(v_input -> 'schemas', '[]') @> pg_catalog.jsonb_build_array(n.nspname)
      AND NOT coalesce(v_input -> 'not', '[]') @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(n.nspname, c.relname))
      AND (coalesce((v_input ->> 'all')::boolean, false)
           OR coalesce((v_input ->> 'code')::boolean, false) AND c.oid IN (SELECT k.oid FROM code k)
           OR coalesce(v_input -> 'names', '[]') @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_array(n.nspname, c.relname)))
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
  LOOP
    v_rows := '{}';
    v_actions := CASE v_relation.kind
      WHEN 'v' THEN ARRAY['read'] || CASE WHEN v_relation.updatable & 4 > 0 THEN ARRAY['UPDATE'] ELSE '{}' END
        || CASE WHEN v_relation.updatable & 16 > 0 THEN ARRAY['DELETE'] ELSE '{}' END
      WHEN 'm' THEN ARRAY['read', 'refresh', 'refresh concurrently']
      ELSE ARRAY['INSERT', 'UPDATE', 'DELETE'] END;
    IF v_relation.kind IN ('r', 'p') THEN
      EXECUTE pg_catalog.format('SELECT pg_catalog.array_agg(q.r), pg_catalog.array_agg(q.c), pg_catalog.array_agg(q.t) '
                     'FROM (SELECT x::text AS r, x.ctid AS c, x.tableoid AS t FROM (SELECT x, x.ctid, x.tableoid FROM %s x LIMIT 2000) x '
                     'ORDER BY x.tableoid, x.ctid DESC LIMIT 8) q', v_relation.quoted)
        INTO v_rows, v_places, v_parts;
    ELSIF v_relation.kind = 'v' THEN
      v_rows := ARRAY[''];
    END IF;
    FOREACH v_action IN ARRAY v_actions LOOP
      v_best := NULL;
      v_best_say := NULL;
      v_n := CASE WHEN v_relation.kind IN ('r', 'p') THEN coalesce(pg_catalog.cardinality(v_rows), 0) ELSE 1 END;
      <<candidates>>
      FOR v_i IN 1 .. v_n LOOP
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
                AND pg_catalog.pg_column_is_updatable(v_relation.oid, a.attnum, true);
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
          -- What misses a name may count on a search_path of the application's.
          FOR v_path IN 1 .. 2 LOOP
            v_say := NULL;
            v_stage := 'place';
            BEGIN
              IF v_path = 2 THEN
                PERFORM pg_catalog.set_config('search_path', pg_catalog.format('%I, public', v_relation.schema), true);
              END IF;
              IF v_action = 'INSERT' AND v_relation.needs_place THEN
                -- The row makes place for one with its values; what refers to it stays.
                IF v_root THEN
                  PERFORM pg_catalog.set_config('session_replication_role', 'replica', true);
                END IF;
                EXECUTE pg_catalog.format('DELETE FROM %s x WHERE x.ctid = $1 AND x.tableoid = $2', v_relation.quoted)
                  USING v_places[v_i], v_parts[v_i];
                IF v_root THEN
                  PERFORM pg_catalog.set_config('session_replication_role', 'origin', true);
                END IF;
              END IF;
              v_new_place := v_places[v_i];
              v_new_part := v_parts[v_i];
              IF v_setup IS NOT NULL THEN
                v_stage := 'setup';
                EXECUTE v_setup INTO v_new_place, v_new_part USING v_rows[v_i];
              END IF;
              v_stage := 'main';
              EXECUTE v_sql USING v_rows[v_i], v_new_place, v_new_part, v_rows[v_i % v_n + 1];
              GET DIAGNOSTICS v_done = ROW_COUNT;
              SET CONSTRAINTS ALL IMMEDIATE;
              RAISE EXCEPTION 'undone' USING ERRCODE = 'PGA01';
            EXCEPTION
              WHEN SQLSTATE 'PGA01' THEN
                v_result := CASE WHEN v_done = 0 AND v_action IN ('UPDATE', 'DELETE') AND v_relation.kind IN ('r', 'p')
                            THEN 'values' ELSE 'ok' END;
              WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL,
                  v_context = PG_EXCEPTION_CONTEXT, v_hint = PG_EXCEPTION_HINT, v_constraint = CONSTRAINT_NAME,
                  v_table = TABLE_NAME, v_schema = SCHEMA_NAME;
                -- Our own statement and block are the last lines of the context.
                v_context := pg_catalog.regexp_replace(v_context,
                  E'(^|\\n)(SQL statement "[^\\n]*"\\n)?PL/pgSQL function inline_code_block[^\\n]*$', '');
                -- What is assigned is said or not, by what the session has loaded.
                v_context := pg_catalog.regexp_replace(v_context, E'^PL/pgSQL assignment "[^\n]*"\n', '');
                v_result := CASE
                  WHEN v_stage <> 'main' THEN 'values'
                  WHEN v_context ~ E'^PL/pgSQL function [^\\n]* at RAISE(\\n|$)' THEN 'values'
                  WHEN v_message LIKE 'unrecognized configuration parameter%' THEN 'values'
                  WHEN v_message LIKE 'new row violates row-level security%' THEN 'values'
                  WHEN v_state = '42501' OR v_action = 'refresh concurrently' THEN 'soft'
                  WHEN v_state LIKE '42%' THEN 'hard'
                  WHEN v_state = '55000' THEN CASE WHEN v_message LIKE 'currval %' OR v_message LIKE 'lastval %' THEN 'values' ELSE 'hard' END
                  WHEN v_state IN ('0A000', '2F005', '39P01', '3F000', '54001', 'XX000') THEN 'hard'
                  WHEN v_state = '23502' THEN 'soft'
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
                  'row', pg_catalog.left(v_rows[v_i], 100));
            END;
            EXIT WHEN v_result <> 'hard' OR v_state NOT IN ('42P01', '42883', '42704', '3F000');
          END LOOP;
          IF v_best IS NULL OR v_result IN ('ok', 'hard', 'sequence') OR v_best = 'soft' AND v_result = 'values' THEN
            v_best := v_result;
            v_best_say := v_say;
          END IF;
          -- What goes with the row differs from row to row.
          EXIT candidates WHEN v_best IN ('hard', 'sequence') OR v_best = 'ok' AND NOT (v_action = 'DELETE' AND v_relation.cascades);
          EXIT WHEN v_result = 'ok';
        END LOOP;
      END LOOP;
      IF v_best IS NOT NULL THEN
        v_output := v_output || pg_catalog.jsonb_build_array(coalesce(v_best_say, '{}') || pg_catalog.jsonb_build_object('schema', v_relation.schema,
          'name', v_relation.name, 'kind', v_relation.kind, 'action', v_action, 'result', v_best));
      END IF;
    END LOOP;
  END LOOP;
  PERFORM pg_catalog.setval(s.key::oid::regclass, (s.value ->> 0)::bigint, (s.value ->> 1)::boolean)
    FROM pg_catalog.jsonb_each(v_stood) s
    WHERE pg_catalog.pg_sequence_last_value(s.key::oid::regclass) IS DISTINCT FROM
          CASE WHEN (s.value ->> 1)::boolean THEN (s.value ->> 0)::bigint END;
  PERFORM pg_catalog.set_config('pgassay.writes', v_output::text, true);
END
$pgassay$;
