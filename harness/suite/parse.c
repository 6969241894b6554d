/* YAML text to nodes, from libfyaml's events. */
#include "suite/document_private.h"

#include "base/error.h"

#include <libfyaml.h>
#include <string.h>

#define LEVELS_MAX 100
#define NODES_MAX  4000000u
/* Mappings with fewer keys are searched without a table. */
#define FEW_KEYS 16

typedef struct {
	SuiteDocument *document;
	struct fy_parser *parser;
	GHashTable *anchors; /* name -> SuiteNode * (the document's); NULL while the node is not finished */
	GString *printed;    /* what libfyaml would have printed */
	GError **error;
	guint level;
	/* Where the next event stands if it has no place of its own: */
	gsize end;            /* of the last scalar or alias, bytes */
	const SuiteNode *key; /* whose value it is; or NULL */
	bool in_list;
} Builder;

/* --- Errors -------------------------------------------------------------- */

/* libfyaml collects errors with a position, and prints the others here. */
static void
on_print(struct fy_diag *diagnostics, void *user, const char *text, size_t length)
{
	GString *printed = user;

	(void)diagnostics;
	if (printed->len == 0)
		g_string_append_len(printed, text, (gssize)length);
	g_string_truncate(printed, strcspn(printed->str, "\n"));
}

static void
set_parser_error(Builder *builder)
{
	const Source *source = builder->document->source;
	struct fy_diag *diagnostics = fy_parser_get_diag(builder->parser);
	void *iterator = NULL;
	struct fy_diag_error *found = fy_diag_errors_iterate(diagnostics, &iterator);
	const struct fy_mark *mark = found != NULL && found->fyt != NULL ? fy_token_start_mark(found->fyt) : NULL;
	/* An error without a position is about the text after the last event. */
	gsize offset = mark != NULL ? mark->input_pos : builder->end;
	const char *printed = builder->printed->len > 0 ? builder->printed->str : "cannot go on here";
	g_autofree char *message = g_strdup_printf("not valid YAML: %s", found != NULL ? found->msg : printed);

	suite_source_error(source, offset, builder->error, suite_parse_hint(message), message);
	fy_diag_unref(diagnostics);
}

/* --- Places -------------------------------------------------------------- */

/* The position of an empty value: of its key, or of the dash of its list item, which is the next dash outside a
 * comment. */
static gsize
empty_offset(const Builder *builder)
{
	const char *text = base_source_text(builder->document->source);
	gsize length = base_source_length(builder->document->source);
	gsize i = builder->end;

	if (builder->key != NULL)
		return builder->key->offset;
	if (!builder->in_list)
		return MIN(builder->end, length);
	while (i < length && text[i] != '-')
		i += text[i] == '#' ? MAX(strcspn(text + i, "\n"), 1) : 1;
	return MIN(i, length);
}

/* True for an empty value: libfyaml gives it no mark, or from 0.8 on the end of the token before it. */
static bool
event_is_empty(struct fy_event *event)
{
	size_t length = 0;

	if (fy_event_start_mark(event) == NULL)
		return true;
	if (event->type != FYET_SCALAR)
		return false;
	struct fy_token *value = event->scalar.value;
	return value == NULL || (fy_token_scalar_style(value) == FYSS_PLAIN &&
	                         (fy_token_get_text(value, &length) == NULL || length == 0));
}

/* libfyaml's marks stand behind the first quote of a scalar and the asterisk of an alias; ours on them. */
static gsize
event_offset(const Builder *builder, struct fy_event *event)
{
	if (event_is_empty(event))
		return empty_offset(builder);
	gsize offset = fy_event_start_mark(event)->input_pos;
	const char *text = base_source_text(builder->document->source);
	char before = '\0';
	enum fy_scalar_style style = FYSS_PLAIN;
	if (offset > 0)
		before = text[offset - 1];
	if (event->type == FYET_SCALAR)
		style = fy_token_scalar_style(event->scalar.value);
	bool inside = (event->type == FYET_ALIAS && before == '*') || (style == FYSS_DOUBLE_QUOTED && before == '"') ||
	              (style == FYSS_SINGLE_QUOTED && before == '\'');
	return inside ? offset - 1 : offset;
}

/* Notes how far the text has been read. */
static void
parse_advance(Builder *builder, struct fy_event *event, gsize offset)
{
	const struct fy_mark *end = fy_event_end_mark(event);

	builder->end = MAX(builder->end, end != NULL ? end->input_pos : offset);
	/* An empty item's dash is used up. */
	if (event_is_empty(event) && builder->in_list)
		builder->end = MAX(builder->end, offset + 1);
}

/* --- Anchors ------------------------------------------------------------- */

static char *
token_text(struct fy_token *token)
{
	size_t length = 0;
	const char *text = token != NULL ? fy_token_get_text(token, &length) : NULL;

	return text != NULL ? g_strndup(text, length) : NULL;
}

/* `node` is NULL while the anchor's own node is being read: an alias in there would be a circle. */
static void
remember_anchor(Builder *builder, struct fy_token *anchor, const SuiteNode *node)
{
	char *name = token_text(anchor);

	if (name != NULL)
		g_hash_table_insert(builder->anchors, name, (gpointer)node);
}

/* Whoever walks the tree walks through aliases: their levels count where they stand. */
static bool
check_alias_levels(Builder *builder, const SuiteNode *target, gsize offset)
{
	if (builder->level + target->height <= LEVELS_MAX)
		return true;
	return suite_source_error(builder->document->source, offset, builder->error, "write it with fewer levels",
	                          "more than " G_STRINGIFY(LEVELS_MAX) " levels, those of the alias included");
}

static const SuiteNode *
build_alias(Builder *builder, struct fy_event *event)
{
	g_autofree char *name = token_text(event->alias.anchor);
	gsize offset = event_offset(builder, event);
	gpointer target = NULL;

	parse_advance(builder, event, offset);
	if (name != NULL && g_hash_table_lookup_extended(builder->anchors, name, NULL, &target) && target != NULL)
		return check_alias_levels(builder, target, offset) ? target : NULL;
	bool circle = name != NULL && g_hash_table_contains(builder->anchors, name);
	g_autofree char *message = g_strdup_printf(circle ? "alias \"*%s\" stands inside its own anchor"
	                                                  : "alias \"*%s\" has no anchor before it",
	                                           name != NULL ? name : "");
	suite_source_error(builder->document->source, offset, builder->error,
	                   circle ? NULL : "write the anchor (&name) before the alias (*name)", message);
	return NULL;
}

/* --- Nodes --------------------------------------------------------------- */

/* A tag would change the meaning of a text; ignoring it would be a silent mistake. */
static bool
parse_check_tag(Builder *builder, struct fy_token *tag)
{
	const struct fy_mark *mark = tag != NULL ? fy_token_start_mark(tag) : NULL;

	if (tag == NULL)
		return true;
	return suite_source_error(builder->document->source, mark != NULL ? mark->input_pos : builder->end,
	                          builder->error, "remove the tag; a text that begins with ! needs quotes",
	                          "YAML tags are not understood");
}

/* A block (`|`, `>`) has a key, and stands further to the right. libfyaml takes others, too, with a wrong length. */
static bool
check_block(Builder *builder, struct fy_token *value, gsize offset, size_t length)
{
	enum fy_scalar_style style = value != NULL ? fy_token_scalar_style(value) : FYSS_PLAIN;
	const Source *source = builder->document->source;

	if (length == 0 || (style != FYSS_LITERAL && style != FYSS_FOLDED))
		return true;
	if (builder->key == NULL && !builder->in_list)
		return suite_source_error(source, offset, builder->error, "write a key before it: \"sql: |\"",
		                          "a block of text has no key");
	return suite_block_is_indented(source, offset, builder->key) ||
	       suite_source_error(source, offset, builder->error, "indent its lines",
	                          "a block of text must stand further to the right than its key");
}

static const SuiteNode *
build_scalar(Builder *builder, struct fy_event *event)
{
	gsize offset = event_offset(builder, event);
	struct fy_token *value = event->scalar.value;
	size_t length = 0;
	const char *text = fy_token_get_text(value, &length);

	if (!parse_check_tag(builder, event->scalar.tag))
		return NULL;
	if (!check_block(builder, value, offset, length))
		return NULL;
	if (text != NULL && memchr(text, '\0', length) != NULL) {
		suite_source_error(builder->document->source, offset, builder->error, NULL,
		                   "a text holds a NUL character");
		return NULL;
	}
	SuiteNode *node = suite_node_new(builder->document, SUITE_NODE_SCALAR, offset);
	node->text = text != NULL ? g_string_chunk_insert_len(builder->document->texts, text, (gssize)length) : "";
	node->plain = value == NULL || fy_token_scalar_style(value) == FYSS_PLAIN;
	parse_advance(builder, event, offset);
	remember_anchor(builder, event->scalar.anchor, node);
	return node;
}

static const SuiteNode *build_collection(Builder *builder, struct fy_event *event);

static const SuiteNode *
parse_build(Builder *builder, struct fy_event *event)
{
	switch (event->type) {
	case FYET_SCALAR:
		return build_scalar(builder, event);
	case FYET_ALIAS:
		return build_alias(builder, event);
	case FYET_MAPPING_START:
	case FYET_SEQUENCE_START:
		return build_collection(builder, event);
	default:
		set_parser_error(builder);
		return NULL;
	}
}

/* The next event's node; sets *ret_end instead when the event is `end`. */
static const SuiteNode *
build_next(Builder *builder, enum fy_event_type end, bool *ret_end)
{
	struct fy_event *event = fy_parser_parse(builder->parser);
	const SuiteNode *node = NULL;

	*ret_end = false;
	if (event == NULL) {
		set_parser_error(builder);
		return NULL;
	}
	if (event->type == end)
		*ret_end = true;
	else
		node = parse_build(builder, event);
	fy_parser_event_free(builder->parser, event);
	return node;
}

/* --- Mappings ------------------------------------------------------------ */

/* Keys and values while they are collected. */
typedef struct {
	GPtrArray *keys;   /* of const SuiteNode *; empty for a list */
	GPtrArray *items;  /* of const SuiteNode * */
	GHashTable *names; /* of the keys, once there are many; or NULL */
} Parts;

static void
parts_clear(Parts *parts)
{
	g_ptr_array_unref(parts->keys);
	g_ptr_array_unref(parts->items);
	g_clear_pointer(&parts->names, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

/* Adds the key and its value unless the key is there already. */
static bool
parse_add_key(Parts *parts, const SuiteNode *key, const SuiteNode *item)
{
	if (parts->names == NULL && parts->keys->len >= FEW_KEYS) {
		parts->names = g_hash_table_new(g_str_hash, g_str_equal);
		for (guint i = 0; i < parts->keys->len; i++)
			g_hash_table_add(parts->names,
			                 (gpointer)((const SuiteNode *)g_ptr_array_index(parts->keys, i))->text);
	}
	if (parts->names != NULL && !g_hash_table_add(parts->names, (gpointer)key->text))
		return false;
	for (guint i = 0; parts->names == NULL && i < parts->keys->len; i++)
		if (strcmp(((const SuiteNode *)g_ptr_array_index(parts->keys, i))->text, key->text) == 0)
			return false;
	g_ptr_array_add(parts->keys, (gpointer)key);
	g_ptr_array_add(parts->items, (gpointer)item);
	return true;
}

static bool
add_weight(Builder *builder, SuiteNode *node, guint weight)
{
	node->weight += weight;
	if (node->weight <= NODES_MAX)
		return true;
	return suite_node_error(node, builder->error, "split the file, or use fewer aliases",
	                        "the document has more than %u nodes, those of aliases counted each time", NODES_MAX);
}

/* `<<: *anchor`: takes over the keys that the mapping does not have itself. */
static bool
merge_mapping(Builder *builder, SuiteNode *node, Parts *parts, const SuiteNode *key, const SuiteNode *from)
{
	if (from->kind != SUITE_NODE_MAPPING)
		return suite_node_error(key, builder->error, "write \"<<: *anchor\", or a list of them",
		                        "\"<<\" must be a mapping, or a list of mappings");
	/* Each key counts, even one that exists already, because the limit is about time. */
	if (!add_weight(builder, node, from->n_items))
		return false;
	for (guint i = 0; i < from->n_items; i++)
		parse_add_key(parts, from->keys[i], from->items[i]);
	return true;
}

/* The value of "<<"; of a list of mappings the first one wins. */
static bool
parse_merge(Builder *builder, SuiteNode *node, Parts *parts, const SuiteNode *key, const SuiteNode *from)
{
	if (from->kind != SUITE_NODE_LIST)
		return merge_mapping(builder, node, parts, key, from);
	if (!add_weight(builder, node, from->n_items))
		return false;
	for (guint i = 0; i < from->n_items; i++)
		if (!merge_mapping(builder, node, parts, key, from->items[i]))
			return false;
	return true;
}

static bool
build_items(Builder *builder, Parts *parts)
{
	for (;;) {
		bool ended = false;
		builder->key = NULL;
		builder->in_list = true;
		const SuiteNode *item = build_next(builder, FYET_SEQUENCE_END, &ended);
		if (item == NULL)
			return ended;
		g_ptr_array_add(parts->items, (gpointer)item);
	}
}

static bool
build_pairs(Builder *builder, SuiteNode *node, Parts *parts)
{
	const SuiteNode *merge_key = NULL;
	const SuiteNode *merged = NULL;

	for (;;) {
		bool ended = false;
		builder->key = NULL;
		builder->in_list = false;
		const SuiteNode *key = build_next(builder, FYET_MAPPING_END, &ended);
		if (key == NULL && ended)
			return merged == NULL || parse_merge(builder, node, parts, merge_key, merged);
		if (key == NULL)
			return false;
		if (key->kind != SUITE_NODE_SCALAR || suite_node_is_word(key, ""))
			return suite_node_error(key, builder->error,
			                        "a list or mapping before a colon is its key; values stand behind it",
			                        "a key must be a text");
		builder->key = key;
		builder->in_list = false;
		const SuiteNode *item = build_next(builder, FYET_NONE, &ended);
		if (item == NULL)
			return false;
		if (merged == NULL && suite_node_is_word(key, "<<")) {
			merge_key = key;
			merged = item;
		} else if (suite_node_is_word(key, "<<") || !parse_add_key(parts, key, item)) {
			return suite_node_error(key, builder->error, "remove one of the two",
			                        "key \"%s\" stands here twice", key->text);
		}
	}
}

static const SuiteNode *
build_collection(Builder *builder, struct fy_event *event)
{
	bool mapping = event->type == FYET_MAPPING_START;
	struct fy_token *anchor = mapping ? event->mapping_start.anchor : event->sequence_start.anchor;
	SuiteNode *node = suite_node_new(builder->document, mapping ? SUITE_NODE_MAPPING : SUITE_NODE_LIST,
	                                 event_offset(builder, event));
	g_auto(Parts) parts = { .keys = g_ptr_array_new(), .items = g_ptr_array_new() };

	if (!parse_check_tag(builder, mapping ? event->mapping_start.tag : event->sequence_start.tag))
		return NULL;
	if (++builder->level > LEVELS_MAX) {
		suite_node_error(node, builder->error, "write it with fewer levels", "more than %d levels", LEVELS_MAX);
		return NULL;
	}
	remember_anchor(builder, anchor, NULL);
	if (mapping ? !build_pairs(builder, node, &parts) : !build_items(builder, &parts))
		return NULL;
	builder->level--;
	node->n_items = parts.items->len;
	node->items = g_memdup2(parts.items->pdata, parts.items->len * sizeof *node->items);
	node->keys = mapping ? g_memdup2(parts.keys->pdata, parts.keys->len * sizeof *node->keys) : NULL;
	for (guint i = 0; i < node->n_items; i++) {
		if (!add_weight(builder, node, node->items[i]->weight))
			return NULL;
		node->height = MAX(node->height, node->items[i]->height);
	}
	node->height++;
	remember_anchor(builder, anchor, node);
	return node;
}

/* --- The document -------------------------------------------------------- */

/* Reads the stream: at most one document. */
static bool
build_document(Builder *builder)
{
	SuiteDocument *document = builder->document;

	for (;;) {
		struct fy_event *event = fy_parser_parse(builder->parser);
		if (event == NULL) {
			set_parser_error(builder);
			return false;
		}
		enum fy_event_type type = event->type;
		bool content = type >= FYET_MAPPING_START;
		bool done = true;
		if (type == FYET_DOCUMENT_START && document->root != NULL)
			done = suite_source_error(document->source, event_offset(builder, event), builder->error,
			                          "keep one document in the file",
			                          "the file holds more than one YAML document");
		else if (content)
			done = (document->root = parse_build(builder, event)) != NULL;
		fy_parser_event_free(builder->parser, event);
		if (!done || type == FYET_STREAM_END)
			return done;
	}
}

bool
suite_document_fill(SuiteDocument *document, GError **error)
{
	const Source *source = document->source;
	g_autoptr(GString) printed = g_string_new(NULL);
	struct fy_diag_cfg diag_config = {
		.output_fn = on_print, .user = printed, .level = FYET_ERROR, .module_mask = ~0u
	};
	struct fy_diag *diag = fy_diag_create(&diag_config);
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg config = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG, .diag = diag };
	Builder builder = {
		.document = document, .parser = fy_parser_create(&config), .printed = printed, .error = error
	};
	builder.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	bool filled = false;
	if (fy_parser_set_string(builder.parser, base_source_text(source), base_source_length(source)) != 0)
		set_parser_error(&builder);
	else
		filled = build_document(&builder);
	if (filled && document->root == NULL) {
		SuiteNode *nothing = suite_node_new(document, SUITE_NODE_SCALAR, 0);
		nothing->text = "";
		nothing->plain = true;
		document->root = nothing;
	}
	g_hash_table_unref(builder.anchors);
	fy_parser_destroy(builder.parser);
	fy_diag_destroy(diag);
	return filled;
}
