#include "db/trim.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define HEADER   5 /* a letter, and the length of the rest */
#define LENGTH   4 /* the length counts itself */
#define CHUNK    ((gsize)64 * 1024)
#define BODY_MAX (16 * DB_TRIM_TEXT)

struct DbTrim {
	int fd;
	bool drops_rows;
	bool ended; /* the connection is no more: its descriptor may be another one's */
	guchar header[HEADER];
	guint n_header; /* bytes of the next header that have come */
	guint64 n_left; /* bytes of this message that are to come */
	enum { TRIM_PASS, TRIM_CUT, TRIM_DROP } mode;
	GByteArray *body;  /* the kept part of a message that is cut */
	gsize n_text;      /* bytes of its text that have come; 0: a letter comes first */
	GByteArray *ready; /* output */
	gsize n_given;     /* of it */
	guchar chunk[CHUNK];
};

DbTrim *
db_trim_new(int fd)
{
	DbTrim *trim = g_new0(DbTrim, 1);

	trim->fd = fd;
	trim->body = g_byte_array_new();
	trim->ready = g_byte_array_new();
	return trim;
}

void
db_trim_drop_rows(DbTrim *trim, bool drop)
{
	trim->drops_rows = drop;
}

bool
db_trim_is_ready(const DbTrim *trim)
{
	return trim->n_given < trim->ready->len;
}

/* --- Messages -------------------------------------------------------------- */

static guint64
header_length(const guchar *header)
{
	return ((guint64)header[1] << 24) | ((guint64)header[2] << 16) | ((guint64)header[3] << 8) | header[4];
}

/* How to treat the message: pass it on, cut it or drop it. */
static int
trim_mode_of(const DbTrim *trim, const guchar *header)
{
	if (header_length(header) < DB_TRIM_LARGE)
		return TRIM_PASS;
	switch (header[0]) {
	case 'E':
	case 'N':
		return TRIM_CUT;
	case 'D': /* a row */
	case 'd': /* one of a COPY */
		return trim->drops_rows ? TRIM_DROP : TRIM_PASS;
	default:
		return TRIM_PASS;
	}
}

static void
begin_message(DbTrim *trim)
{
	guint64 length = header_length(trim->header);

	trim->mode = trim_mode_of(trim, trim->header);
	trim->n_left = length > LENGTH ? length - LENGTH : 0;
	trim->n_header = 0;
	trim->n_text = 0;
	g_byte_array_set_size(trim->body, 0);
	if (trim->mode == TRIM_PASS)
		g_byte_array_append(trim->ready, trim->header, HEADER);
}

/* A message that was cut has its length at last. */
static void
end_message(DbTrim *trim)
{
	guint32 length = trim->body->len + LENGTH;
	const guchar header[HEADER] = { trim->header[0], (guchar)(length >> 24), (guchar)(length >> 16),
		                        (guchar)(length >> 8), (guchar)length };

	if (trim->mode == TRIM_CUT) {
		g_byte_array_append(trim->ready, header, HEADER);
		g_byte_array_append(trim->ready, trim->body->data, trim->body->len);
	}
	trim->mode = TRIM_PASS;
}

/* Fields, each with a letter before it and a zero after it; a zero instead of a letter is the end. */
static void
cut_texts(DbTrim *trim, const guchar *data, gsize length)
{
	while (length > 0) {
		const guchar *zero = trim->n_text == 0 ? NULL : memchr(data, 0, length);
		gsize n = trim->n_text == 0 ? 1 : zero != NULL ? (gsize)(zero - data) : length;
		gsize kept = trim->n_text < DB_TRIM_TEXT ? MIN(n, DB_TRIM_TEXT - trim->n_text) : 0;
		g_byte_array_append(trim->body, data, trim->body->len < BODY_MAX ? (guint)kept : 0);
		trim->n_text += n;
		if (zero != NULL) {
			g_byte_array_append(trim->body, (const guchar *)"", 1);
			trim->n_text = 0;
			n++;
		}
		data += n;
		length -= n;
	}
}

/* Goes on with bytes of the socket. */
static void
trim_feed(DbTrim *trim, const guchar *data, gsize length)
{
	while (length > 0) {
		gsize n = trim->n_left > 0 ? (gsize)MIN(trim->n_left, length) : MIN(HEADER - trim->n_header, length);
		if (trim->n_left == 0) {
			memcpy(trim->header + trim->n_header, data, n);
			trim->n_header += (guint)n;
			if (trim->n_header == HEADER)
				begin_message(trim);
		} else {
			if (trim->mode == TRIM_PASS)
				g_byte_array_append(trim->ready, data, (guint)n);
			else if (trim->mode == TRIM_CUT)
				cut_texts(trim, data, n);
			trim->n_left -= n;
			if (trim->n_left == 0)
				end_message(trim);
		}
		data += n;
		length -= n;
	}
}

/* How many of the bytes may be given as they are; counts these. */
static gsize
trim_pass(DbTrim *trim, const guchar *data, gsize length)
{
	gsize at = 0;

	for (;;) {
		gsize n = (gsize)MIN(trim->n_left, length - at);
		at += n;
		trim->n_left -= n;
		if (length - at < HEADER || trim_mode_of(trim, data + at) != TRIM_PASS)
			return at;
		trim->n_left = HEADER + MAX(header_length(data + at), LENGTH) - LENGTH;
	}
}

/* --- Reading --------------------------------------------------------------- */

static gssize
trim_give(DbTrim *trim, void *buffer, gsize room)
{
	gsize n = MIN(room, trim->ready->len - trim->n_given);

	memcpy(buffer, trim->ready->data + trim->n_given, n);
	trim->n_given += n;
	if (trim->n_given == trim->ready->len) {
		g_byte_array_set_size(trim->ready, 0);
		trim->n_given = 0;
	}
	return (gssize)n;
}

/* recv(), but for its name. */
static gssize
trim_receive(DbTrim *trim, void *buffer, gsize room)
{
	gssize n = recvfrom(trim->fd, buffer, room, 0, NULL, NULL);

	trim->ended = trim->ended || n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
	return n;
}

gssize
db_trim_read(DbTrim *trim, void *buffer, gsize room)
{
	while (!db_trim_is_ready(trim)) {
		bool plain = trim->mode == TRIM_PASS && trim->n_header == 0;
		gssize n = plain ? trim_receive(trim, buffer, room) : trim_receive(trim, trim->chunk, CHUNK);
		if (n <= 0)
			return n;
		gsize passed = plain ? trim_pass(trim, buffer, (gsize)n) : 0;
		trim_feed(trim, plain ? (guchar *)buffer + passed : trim->chunk, (gsize)n - passed);
		if (passed > 0)
			return (gssize)passed;
	}
	return trim_give(trim, buffer, room);
}

/* --- In the place of recv() ------------------------------------------------ */

/* By descriptor; higher ones have none. An entry is changed by who owns the descriptor. */
static DbTrim *trims[4096];

void
db_trim_begin(DbTrim *trim)
{
	if (trim->fd >= 0 && trim->fd < (int)G_N_ELEMENTS(trims))
		g_atomic_pointer_set(&trims[trim->fd], trim);
}

static void
trim_end(DbTrim *trim)
{
	if (trim->fd >= 0 && trim->fd < (int)G_N_ELEMENTS(trims))
		g_atomic_pointer_compare_and_exchange(&trims[trim->fd], trim, NULL);
}

void
db_trim_free(DbTrim *trim)
{
	if (trim == NULL)
		return;
	trim_end(trim);
	g_byte_array_unref(trim->body);
	g_byte_array_unref(trim->ready);
	g_free(trim);
}

/* libpq has no place where it could be asked to take less: it finds this function before that of the C library, because
 * the program comes before its libraries. Whatever else is received is left alone. */
#undef recv
ssize_t
recv(int fd, void *buffer, size_t room, int flags)
{
	DbTrim *trim = fd >= 0 && fd < (int)G_N_ELEMENTS(trims) ? g_atomic_pointer_get(&trims[fd]) : NULL;

	if (trim == NULL || flags != 0)
		return recvfrom(fd, buffer, room, flags, NULL, NULL);
	gssize n = db_trim_read(trim, buffer, room);
	if (trim->ended)
		trim_end(trim);
	return n;
}
