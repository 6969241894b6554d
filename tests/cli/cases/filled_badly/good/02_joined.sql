ALTER TABLE person ADD COLUMN full_name text, ADD COLUMN formal text;
UPDATE person SET full_name = concat_ws(' ', first, middle, last);
UPDATE person SET full_name = first || coalesce(' ' || middle, '') || coalesce(' ' || last, '');
-- A condition leaves such rows out.
UPDATE person SET formal = last || ', ' || first WHERE last IS NOT NULL;
-- CASE says what it means, and a value that is missing all over stays so.
UPDATE person SET formal = CASE WHEN last <> '' THEN last || ', ' || first END;
UPDATE person SET middle = upper(middle) || '.';
