-- migrate:up
CREATE FUNCTION first_of(anyelement, anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION arr(anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1[1]';
CREATE FUNCTION comp(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION en(anyenum) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION ra(anyrange) RETURNS anyelement LANGUAGE sql AS 'SELECT lower($1)';
CREATE FUNCTION va(VARIADIC anyarray) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION na(a anynonarray, OUT b anynonarray, OUT c integer) LANGUAGE sql AS 'SELECT $1, 1';
CREATE FUNCTION def(a anyelement, b text DEFAULT 'x') RETURNS SETOF anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION tab(a anyelement) RETURNS TABLE (x anyelement, y int) LANGUAGE sql AS 'SELECT $1, 1';
CREATE AGGREGATE agg(anyelement) (SFUNC = first_of, STYPE = anyelement);
CREATE FUNCTION cr(anycompatiblerange) RETURNS anycompatible LANGUAGE sql AS 'SELECT lower($1)';
CREATE FUNCTION ca(anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1[1]';

-- migrate:down
DROP AGGREGATE agg(anyelement);
DROP FUNCTION first_of, arr, comp, en, ra, va, na, def, tab, cr, ca;
