#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/trim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGE ((gsize)DB_TRIM_LARGE + 1234)

/* Two ends of a connection, and what one of them reads. */
typedef struct {
	int server;
	int client;
	DbTrim *trim;
	GByteArray *got;
} Pair;

static void
pair_open(Pair *pair, bool drop)
{
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
	*pair = (Pair){ .server = ends[0], .client = ends[1], .trim = db_trim_new(ends[1]), .got = g_byte_array_new() };
	db_trim_drop_rows(pair->trim, drop);
}

static void
pair_close(Pair *pair)
{
	db_trim_free(pair->trim);
	g_byte_array_unref(pair->got);
	close(pair->server);
	close(pair->client);
}

/* Reads until there is nothing more; false at the end of the connection. */
static bool
pair_read(Pair *pair, gsize room)
{
	g_autofree guchar *buffer = g_malloc(room);

	for (;;) {
		gssize n = db_trim_read(pair->trim, buffer, room);
		assert_true(n >= 0 || errno == EAGAIN);
		if (n <= 0)
			return n < 0;
		assert_true((gsize)n <= room);
		g_byte_array_append(pair->got, buffer, (guint)n);
	}
}

/* Sends it in pieces of at most `piece` bytes, each of which is read at once. */
static void
pair_send(Pair *pair, const GByteArray *bytes, gsize piece, gsize room)
{
	for (gsize at = 0; at < bytes->len;) {
		gssize n = send(pair->server, bytes->data + at, MIN(piece, bytes->len - at), 0);
		at += n > 0 ? (gsize)n : 0;
		assert_true(pair_read(pair, room));
	}
}

static void
add_message(GByteArray *bytes, char letter, const void *body, gsize length)
{
	guint32 whole = GUINT32_TO_BE((guint32)length + 4);

	g_byte_array_append(bytes, (const guchar *)&letter, 1);
	g_byte_array_append(bytes, (const guchar *)&whole, 4);
	g_byte_array_append(bytes, body, (guint)length);
}

static void
add_row(GByteArray *bytes, char letter, gsize length)
{
	g_autofree char *body = g_malloc(length);

	memset(body, 'r', length);
	add_message(bytes, letter, body, length);
}

/* A notice or an error: its severity, a text of so many bytes, and a hint. */
static void
add_notice(GByteArray *bytes, char letter, gsize length)
{
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autofree char *text = g_strnfill(length, 'x');

	g_byte_array_append(body, (const guchar *)"SNOTICE", sizeof "SNOTICE");
	g_byte_array_append(body, (const guchar *)"M", 1);
	g_byte_array_append(body, (const guchar *)text, (guint)length + 1);
	g_byte_array_append(body, (const guchar *)"Hdo it", sizeof "Hdo it");
	g_byte_array_append(body, (const guchar *)"", 1);
	add_message(bytes, letter, body->data, body->len);
}

/* A conversation of small messages, except the requested ones. */
static GByteArray *
make_messages(gsize notice, bool with_row)
{
	GByteArray *bytes = g_byte_array_new();

	add_message(bytes, 'C', "SELECT 1", sizeof "SELECT 1");
	add_notice(bytes, 'N', notice);
	add_message(bytes, 'I', "", 0);
	if (with_row)
		add_row(bytes, 'D', LARGE);
	add_row(bytes, 'D', 17);
	if (with_row)
		add_row(bytes, 'd', LARGE);
	add_notice(bytes, 'E', notice);
	add_message(bytes, 'Z', "I", 1);
	return bytes;
}

static void
assert_same(const GByteArray *got, const GByteArray *expected)
{
	assert_int_equal(got->len, expected->len);
	assert_memory_equal(got->data, expected->data, expected->len);
}

/* In pieces of every size that may cut a header, and into buffers of several sizes. */
static void
check_all_pieces(const GByteArray *sent, const GByteArray *expected, bool drop)
{
	static const gsize pieces[] = { 3, 7, 100, 8191, 70000, G_MAXINT };
	static const gsize rooms[] = { 16, 5000, 16384 };

	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
		for (gsize k = 0; k < G_N_ELEMENTS(rooms); k++) {
			Pair pair;
			if (sent->len / pieces[i] > 100000)
				continue;
			pair_open(&pair, drop);
			pair_send(&pair, sent, pieces[i], rooms[k]);
			assert_same(pair.got, expected);
			assert_false(db_trim_is_ready(pair.trim));
			pair_close(&pair);
		}
	}
}

static void
small_messages_come_as_they_are(void **state)
{
	g_autoptr(GByteArray) sent = make_messages(1000, false);
	Pair pair;

	(void)state;
	check_all_pieces(sent, sent, true);
	pair_open(&pair, true);
	pair_send(&pair, sent, 1, 1);
	assert_same(pair.got, sent);
	pair_close(&pair);
}

static void
texts_of_large_messages_are_cut(void **state)
{
	g_autoptr(GByteArray) sent = make_messages(LARGE, false);
	g_autoptr(GByteArray) expected = make_messages(DB_TRIM_TEXT - 1, false);

	(void)state;
	check_all_pieces(sent, expected, false);
}

static void
large_rows_are_left_out_when_nobody_wants_them(void **state)
{
	g_autoptr(GByteArray) sent = make_messages(10, true);
	g_autoptr(GByteArray) without = make_messages(10, false);

	(void)state;
	check_all_pieces(sent, without, true);
	check_all_pieces(sent, sent, false);
}

static void
ready_messages_are_passed_on_before_more_is_read(void **state)
{
	g_autoptr(GByteArray) sent = g_byte_array_new();
	guchar buffer[100];
	Pair pair;

	(void)state;
	pair_open(&pair, true);
	add_notice(sent, 'N', LARGE);
	for (gsize at = 0; at < sent->len;) {
		gssize n = send(pair.server, sent->data + at, sent->len - at, 0);
		at += n > 0 ? (gsize)n : 0;
		assert_false(db_trim_is_ready(pair.trim));
		if (at < sent->len)
			assert_int_equal(db_trim_read(pair.trim, buffer, sizeof buffer), -1);
	}
	gssize first;
	while ((first = db_trim_read(pair.trim, buffer, sizeof buffer)) < 0)
		assert_int_equal(errno, EAGAIN);
	assert_int_equal(first, sizeof buffer);
	assert_true(db_trim_is_ready(pair.trim));
	pair_close(&pair);
}

static void
recv_goes_through_it_until_the_connection_ends(void **state)
{
	g_autoptr(GByteArray) sent = g_byte_array_new();
	char buffer[64];
	Pair pair;

	(void)state;
	pair_open(&pair, true);
	db_trim_begin(pair.trim);
	add_row(sent, 'D', LARGE);
	add_message(sent, 'Z', "I", 1);
	gssize n = -1;
	for (gsize at = 0; n < 0;) {
		gssize done = at < sent->len ? send(pair.server, sent->data + at, sent->len - at, 0) : 0;
		at += done > 0 ? (gsize)done : 0;
		n = recv(pair.client, buffer, sizeof buffer, 0);
	}
	assert_int_equal(n, 6);
	assert_int_equal(buffer[0], 'Z');
	shutdown(pair.server, SHUT_RDWR);
	assert_int_equal(recv(pair.client, buffer, sizeof buffer, 0), 0);
	/* Another connection gets the same descriptor. */
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(dup2(ends[0], pair.client), pair.client);
	assert_int_equal(send(ends[1], "Dabc", 4, 0), 4);
	assert_int_equal(recv(pair.client, buffer, sizeof buffer, 0), 4);
	close(ends[0]);
	close(ends[1]);
	pair_close(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_messages_come_as_they_are),
		cmocka_unit_test(texts_of_large_messages_are_cut),
		cmocka_unit_test(large_rows_are_left_out_when_nobody_wants_them),
		cmocka_unit_test(ready_messages_are_passed_on_before_more_is_read),
		cmocka_unit_test(recv_goes_through_it_until_the_connection_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
