/*
 * The part of TOML that the configurations of migration tools are made of.
 */
#ifndef MIGRATION_TOML_H
#define MIGRATION_TOML_H

#include "base/source.h"

/* One line of a configuration file. */
typedef struct {
	char *key;    /* "flyway.table" */
	char *value;  /* lists are joined with commas */
	gsize offset; /* of the key in the file */
} TomlSetting;

void toml_setting_free(gpointer setting);

/* The settings of the file, of TomlSetting *, in its order. Reads strings, truth values, numbers and lists of strings;
 * NULL with *error (BASE_ERROR_INPUT) that shows the place of anything else. */
GPtrArray *toml_read(const Source *source, GError **error);

#endif
