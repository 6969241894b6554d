#include "lease/request.h"

#include "base/error.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* As RFC 9110 numbers them. */
enum {
	STATUS_OK = 200,
	STATUS_CREATED = 201,
	STATUS_NO_CONTENT = 204,
	STATUS_FORBIDDEN = 403,
	STATUS_NOT_FOUND = 404,
	STATUS_METHOD_NOT_ALLOWED = 405,
	STATUS_CONFLICT = 409,
	STATUS_SERVICE_UNAVAILABLE = 503,
};

#define COLLECTION "/databases"

/* --- Answers ------------------------------------------------------------------ */

static char *
request_write(JsonNode *root)
{
	char *text = json_to_string(root, FALSE);

	json_node_unref(root);
	return text;
}

static LeaseAnswer
request_refuse(unsigned status, const char *message)
{
	JsonNode *root = json_node_new(JSON_NODE_OBJECT);

	json_node_take_object(root, json_object_new());
	json_object_set_string_member(json_node_get_object(root), "error", message);
	return (LeaseAnswer){ .status = status, .body = request_write(root) };
}

/* An invalid name in the request is "not found"; other errors come from the server. */
static LeaseAnswer
request_fail(const GError *error)
{
	unsigned status = g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE)   ? STATUS_NOT_FOUND
	                  : g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT) ? STATUS_CONFLICT
	                                                                         : STATUS_SERVICE_UNAVAILABLE;

	return request_refuse(status, error->message);
}

static JsonNode *
request_describe(const Lease *lease)
{
	JsonNode *node = json_node_new(JSON_NODE_OBJECT);
	JsonObject *object = json_object_new();

	json_object_set_string_member(object, "id", lease->id);
	json_object_set_string_member(object, "database", lease->label);
	json_object_set_string_member(object, "url", lease->url);
	json_node_take_object(node, object);
	return node;
}

static LeaseAnswer
request_give(unsigned status, const Lease *lease)
{
	return (LeaseAnswer){ .status = status, .body = request_write(request_describe(lease)) };
}

/* --- The requests ---------------------------------------------------------------- */

static LeaseAnswer
request_list(LeasePool *pool)
{
	g_autoptr(GPtrArray) leases = lease_pool_list(pool);
	JsonNode *root = json_node_new(JSON_NODE_ARRAY);
	JsonArray *array = json_array_new();

	for (guint i = 0; i < leases->len; i++)
		json_array_add_element(array, request_describe(g_ptr_array_index(leases, i)));
	json_node_take_array(root, array);
	return (LeaseAnswer){ .status = STATUS_OK, .body = request_write(root) };
}

static LeaseAnswer
request_take(LeasePool *pool, const char *database)
{
	g_autoptr(GError) error = NULL;
	g_auto(Lease) lease = { 0 };

	return lease_pool_take(pool, database, &lease, &error) ? request_give(STATUS_CREATED, &lease)
	                                                       : request_fail(error);
}

static LeaseAnswer
request_renew(LeasePool *pool, const char *id)
{
	g_autoptr(GError) error = NULL;
	g_auto(Lease) lease = { 0 };

	return lease_pool_renew(pool, id, &lease, &error) ? request_give(STATUS_OK, &lease) : request_fail(error);
}

static LeaseAnswer
request_put_rows_back(LeasePool *pool, const char *id)
{
	g_autoptr(GError) error = NULL;
	g_auto(Lease) lease = { 0 };
	guint n = 0;

	if (!lease_pool_put_rows_back(pool, id, &lease, &n, &error))
		return request_fail(error);
	JsonNode *root = request_describe(&lease);
	json_object_set_int_member(json_node_get_object(root), "restored", n);
	return (LeaseAnswer){ .status = STATUS_OK, .body = request_write(root) };
}

static LeaseAnswer
request_give_back(LeasePool *pool, const char *id)
{
	g_autoptr(GError) error = NULL;

	return lease_pool_give_back(pool, id, &error) ? (LeaseAnswer){ .status = STATUS_NO_CONTENT }
	                                              : request_fail(error);
}

/* /databases */
static LeaseAnswer
request_answer_collection(LeasePool *pool, const LeaseRequest *request)
{
	if (strcmp(request->method, "POST") == 0)
		return request_take(pool, request->database);
	if (strcmp(request->method, "GET") == 0)
		return request_list(pool);
	return request_refuse(STATUS_METHOD_NOT_ALLOWED, "POST leases a database, GET lists those that are lent");
}

/* /databases/ID, /databases/ID/reset and /databases/ID/rows */
static LeaseAnswer
request_answer_one(LeasePool *pool, const LeaseRequest *request, const char *rest)
{
	g_auto(GStrv) parts = g_strsplit(rest, "/", 0);
	guint n = g_strv_length(parts);

	if (n == 2 && strcmp(parts[1], "reset") == 0)
		return strcmp(request->method, "POST") == 0
		           ? request_renew(pool, parts[0])
		           : request_refuse(STATUS_METHOD_NOT_ALLOWED, "POST resets a database");
	if (n == 2 && strcmp(parts[1], "rows") == 0)
		return strcmp(request->method, "POST") == 0
		           ? request_put_rows_back(pool, parts[0])
		           : request_refuse(STATUS_METHOD_NOT_ALLOWED, "POST puts the rows of a database back");
	if (n != 1)
		return request_refuse(STATUS_NOT_FOUND,
		                      "write /databases, /databases/ID, /databases/ID/reset or /databases/ID/rows");
	return strcmp(request->method, "DELETE") == 0
	           ? request_give_back(pool, parts[0])
	           : request_refuse(STATUS_METHOD_NOT_ALLOWED, "DELETE gives a database back");
}

/* A page in a browser can send requests to any port of this machine, also under a name of its own. */
static bool
request_is_local(guint16 port, const LeaseRequest *request)
{
	g_autofree char *address = g_strdup_printf("127.0.0.1:%u", port);
	g_autofree char *name = g_strdup_printf("localhost:%u", port);

	return request->origin == NULL && request->host != NULL &&
	       (strcmp(request->host, address) == 0 || strcmp(request->host, name) == 0);
}

LeaseAnswer
lease_request_answer(LeasePool *pool, guint16 port, const LeaseRequest *request)
{
	if (port != 0 && !request_is_local(port, request))
		return request_refuse(STATUS_FORBIDDEN, "only programs of this machine may lease databases");
	if (strcmp(request->path, COLLECTION) == 0)
		return request_answer_collection(pool, request);
	if (g_str_has_prefix(request->path, COLLECTION "/"))
		return request_answer_one(pool, request, request->path + strlen(COLLECTION "/"));
	return request_refuse(STATUS_NOT_FOUND,
	                      "write /databases, /databases/ID, /databases/ID/reset or /databases/ID/rows");
}
