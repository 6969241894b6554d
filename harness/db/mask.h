/*
 * Texts that may hold a connection string, made fit to be shown.
 */
#ifndef DB_MASK_H
#define DB_MASK_H

/* The text with "***" in the place of what is, or may be meant as, a password: in URLs of any scheme, also mistyped
 * ones and those without a scheme (bob:secret@host), and after keywords (password=secret). Rather too much is masked
 * than too little. The caller frees it. */
char *db_mask(const char *text);

#endif
