/* Tells archives of pg_dump, plain SQL and other files apart by their first and last bytes. */
#define _GNU_SOURCE /* memmem */
#include "checklist/backup/backup.h"

#include "base/file.h"

#include <stdarg.h>
#include <string.h>

#define GUESS_HEAD ((gsize)4096)
/* pg_dump --create connects to its database before its first object. */
#define GUESS_CONNECT ((gsize)16 * 1024 * 1024)

/* Files that have a backup inside. The numbers are those of file(1). */
typedef struct {
	const char *start;
	gsize length;
	const char *name;
	const char *hint;
} Wrapping;

static const Wrapping guess_wrappings[] = {
	{ "\x1f\x8b", 2, "compressed by gzip", "unpack it first: gunzip" },
	{ "BZh", 3, "compressed by bzip2", "unpack it first: bunzip2" },
	{ "\xfd"
	  "7zXZ",
	  5, "compressed by xz", "unpack it first: unxz" },
	{ "\x28\xb5\x2f\xfd", 4, "compressed by Zstandard", "unpack it first: unzstd" },
	{ "\x04\x22\x4d\x18", 4, "compressed by LZ4", "unpack it first: unlz4" },
	{ "PK\x03\x04", 4, "compressed by zip", "unpack it first: unzip" },
	{ "-----BEGIN PGP MESSAGE", 22, "encrypted by OpenPGP", "decrypt it first: gpg --decrypt" },
	{ "Salted__", 8, "encrypted by OpenSSL", "decrypt it first: openssl enc -d" },
	{ "age-encryption.org/", 19, "encrypted by age", "decrypt it first: age --decrypt" },
};

static void guess_refuse(BackupFile *file, const char *hint, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
guess_refuse(BackupFile *file, const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	file->broken = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	file->hint = g_strdup(hint);
}

static const Wrapping *
guess_find_wrapping(const char *head, gsize length)
{
	for (gsize i = 0; i < G_N_ELEMENTS(guess_wrappings); i++)
		if (length >= guess_wrappings[i].length &&
		    memcmp(head, guess_wrappings[i].start, guess_wrappings[i].length) == 0)
			return &guess_wrappings[i];
	return NULL;
}

/* Bytes that no SQL begins with, in whatever encoding a server takes. */
static bool
guess_is_binary(const char *head, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if ((guchar)head[i] < ' ' && strchr("\t\n\v\f\r", head[i]) == NULL)
			return true;
	return memchr(head, '\0', length) != NULL;
}

/* --- Plain SQL -------------------------------------------------------------------------------- */

static bool
guess_has_line(const char *text, gsize length, const char *line)
{
	return memmem(text, length, line, strlen(line)) != NULL;
}

/* psql would leave the copy behind, and restore into other databases of the scratch server: even drop them. */
static bool
guess_leaves_copy(BackupFile *file, const char *text, gsize length)
{
	if (guess_has_line(text, MIN(length, GUESS_HEAD), "\n-- PostgreSQL database cluster dump\n"))
		guess_refuse(file, "make one of this database: pg_dump",
		             "it is of pg_dumpall: it has roles and all databases of a server");
	else if (guess_has_line(text, MIN(length, GUESS_CONNECT), "\n\\connect "))
		guess_refuse(file, "make one without --create, or an archive: pg_dump -Fc",
		             "it makes its own database and connects to that (pg_dump --create)");
	return file->broken != NULL;
}

/* pg_dump writes a last line. Without it the file was cut. */
static void
guess_read_plain(BackupFile *file, const char *text, gsize length)
{
	static const char end[] = "PostgreSQL database dump complete";
	gsize tail = MIN(length, GUESS_HEAD);

	if (guess_leaves_copy(file, text, length) || guess_has_line(text + length - tail, tail, end))
		return;
	if (guess_has_line(text, MIN(length, GUESS_HEAD), "-- PostgreSQL database dump\n"))
		guess_refuse(file, "copy it again, or make a new one",
		             "it was cut off: its end is not there, where pg_dump writes \"%s\"", end);
	else
		guess_refuse(file, "name a file of pg_dump", "it is no backup of pg_dump");
}

/* --- Any file ---------------------------------------------------------------------------------- */

static void
guess_by_head(BackupFile *file, const char *head, gsize length)
{
	const Wrapping *wrapping = guess_find_wrapping(head, length);

	if (length == 0)
		guess_refuse(file, "the program that makes the backups has failed: look at its log", "it is empty");
	else if (wrapping != NULL)
		guess_refuse(file, wrapping->hint, "it is %s", wrapping->name);
	else if (guess_is_binary(head, length))
		guess_refuse(file, "if it is encrypted, decrypt it first; else make a new one",
		             "it is neither an archive of pg_dump nor SQL");
}

void
backup_guess(BackupFile *file)
{
	char head[GUESS_HEAD] = "";
	gssize length = g_file_test(file->path, G_FILE_TEST_IS_DIR)
	                    ? -1
	                    : base_file_read_start(file->path, BASE_FILE_FOLLOW, head, sizeof(head));

	/* pg_restore says what is wrong with a folder, and with what cannot be opened. */
	file->format = BACKUP_ARCHIVE;
	if (length < 0 || g_str_has_prefix(head, "PGDMP") || g_str_has_prefix(head, "toc.dat"))
		return;
	file->format = BACKUP_PLAIN;
	guess_by_head(file, head, (gsize)length);
	if (file->broken != NULL)
		return;
	g_autoptr(GMappedFile) mapped = g_mapped_file_new(file->path, FALSE, NULL);
	if (mapped != NULL && g_mapped_file_get_length(mapped) > 0)
		guess_read_plain(file, g_mapped_file_get_contents(mapped), g_mapped_file_get_length(mapped));
	else
		guess_refuse(file, NULL, "it cannot be opened");
}
