/*
 * The pages of docs/ that are in the program, because an installed one has no such folder beside it. script/embed-docs
 * makes the table; docs/meson.build lists them.
 */
#ifndef COMMAND_PAGE_PAGES_H
#define COMMAND_PAGE_PAGES_H

typedef struct {
	const char *name;  /* the topic: the file's name without folder and ".md"; NULL ends the table */
	const char *title; /* its first heading */
	const char *text;  /* Markdown */
} CommandPage;

extern const CommandPage command_pages[];

/* The files of docs/ci/, by the name of the CI system; the title is their first line. */
extern const CommandPage command_ci_files[];

/* Those of clients/, by the name of the test framework or the language. */
extern const CommandPage command_client_files[];

#endif
