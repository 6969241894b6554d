/*
 * Atlas's directories. The rules are those of its sql/migrate (dir.go, lex.go, migrate.go), of the scanner options of
 * its sql/postgres/driver.go, and of cmd/atlas/internal/cmdapi/migrate.go, compared with the command (script/interop).
 */
#ifndef MIGRATION_FORMAT_ATLAS_ATLAS_H
#define MIGRATION_FORMAT_ATLAS_ATLAS_H

#include "migration/text/script.h"

/* The sums of the files of a directory, in their order. */
typedef struct {
	GChecksum *state; /* over all names and texts so far: it goes on from file to file */
	GPtrArray *lines; /* private */
} AtlasSum;

void atlas_sum_init(AtlasSum *sum);
void atlas_sum_clear(AtlasSum *sum); /* also of one that is all zero */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AtlasSum, atlas_sum_clear)

/* Adds the next file. Gives its hash, which is the sum's; NULL: "atlas:sum ignore", so that only its name counts. */
const char *atlas_sum_add(AtlasSum *sum, const char *name, const Source *source);

/* Holds the sums against the directory's atlas.sum. False with *error (BASE_ERROR_INPUT) when it is missing, or does
 * not fit: with the first file that differs. */
bool atlas_sum_check(const AtlasSum *sum, const char *directory, GError **error);

/* The directives in the comments at the top of a file; they count only if an empty line follows. */
typedef struct {
	bool is_checkpoint;
	guint n_txmodes;
	char *txmode;      /* the last one; NULL: none */
	gsize txmode_at;   /* byte offset of its line */
	guint unread_line; /* the first line with a directive that does not count; 0: none */
} AtlasDirectives;

void atlas_directives_read(const Source *source, AtlasDirectives *ret_directives);
void atlas_directives_clear(AtlasDirectives *directives);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AtlasDirectives, atlas_directives_clear)

/* The file as Atlas cuts it, in scope T. NULL with *error that shows the place. */
MigrationScript *atlas_file_cut(Source *source, GError **error);

#endif
