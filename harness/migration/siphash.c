#include "migration/siphash.h"

typedef struct {
	guint64 v0;
	guint64 v1;
	guint64 v2;
	guint64 v3;
} State;

static guint64
siphash_rotate(guint64 value, guint bits)
{
	return (value << bits) | (value >> (64 - bits));
}

static void
siphash_mix(State *state)
{
	state->v0 += state->v1;
	state->v2 += state->v3;
	state->v1 = siphash_rotate(state->v1, 13) ^ state->v0;
	state->v3 = siphash_rotate(state->v3, 16) ^ state->v2;
	state->v0 = siphash_rotate(state->v0, 32);
	state->v2 += state->v1;
	state->v0 += state->v3;
	state->v1 = siphash_rotate(state->v1, 17) ^ state->v2;
	state->v3 = siphash_rotate(state->v3, 21) ^ state->v0;
	state->v2 = siphash_rotate(state->v2, 32);
}

static void
siphash_take(State *state, guint64 word)
{
	state->v3 ^= word;
	siphash_mix(state);
	state->v0 ^= word;
}

/* The bytes as a number, the first of them lowest. */
static guint64
siphash_read_word(const guint8 *data, gsize length)
{
	guint64 word = 0;

	for (gsize i = 0; i < length; i++)
		word |= (guint64)data[i] << (8 * i);
	return word;
}

guint64
migration_siphash13(const guint8 *data, gsize length)
{
	/* "somepseudorandomlygeneratedbytes", as its authors have it */
	State state = { G_GUINT64_CONSTANT(0x736f6d6570736575), G_GUINT64_CONSTANT(0x646f72616e646f6d),
		        G_GUINT64_CONSTANT(0x6c7967656e657261), G_GUINT64_CONSTANT(0x7465646279746573) };
	gsize rest = length % 8;

	for (gsize i = 0; i < length - rest; i += 8)
		siphash_take(&state, siphash_read_word(data + i, 8));
	siphash_take(&state, siphash_read_word(data + length - rest, rest) | (guint64)length << 56);
	state.v2 ^= 0xff;
	for (guint i = 0; i < 3; i++)
		siphash_mix(&state);
	return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}
