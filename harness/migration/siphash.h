/*
 * SipHash-1-3 with a key of zeros, as Rust's Hasher of that name gives it: checksums of tools that are written in Rust.
 */
#ifndef MIGRATION_SIPHASH_H
#define MIGRATION_SIPHASH_H

#include <glib.h>

guint64 migration_siphash13(const guint8 *data, gsize length);

#endif
