/*
 * Texts of a certain form, for expressions that cast a text or read JSON in it.
 */
#ifndef ROWS_FORM_H
#define ROWS_FORM_H

#include <glib.h>
#include <stdbool.h>

/* Objects that have a value wherever the expression looks: with a number there, and with a text. Appended as texts of
 * JSON (char *); `doc -> 'a' ->> 'b'` gives {"a": {"b": 1}}. None where it looks nowhere. */
void rows_form_append_objects(const char *expression, GPtrArray *texts);

/* Texts that can be read as the types to which the expression casts something, json first; n_more further ones, all
 * different. */
void rows_form_append_texts(const char *expression, guint n_more, GPtrArray *texts);

#endif
