/*
 * Texts that may hold a connection string, made fit to be shown.
 */
#ifndef DB_MASK_H
#define DB_MASK_H

/* Replaces by "***" every part of the text that is, or may be, a password: in URLs of any scheme, also mistyped ones
 * and those without a scheme (bob:secret@host), and after keywords (password=secret). It masks too much rather than
 * too little. The caller frees it. */
char *db_mask(const char *text);

#endif
