#include "check/context.h"

void
check_peer_clear(CheckPeer *peer)
{
	g_clear_pointer(&peer->snapshot, catalog_snapshot_unref);
}

ReportCase *
check_case_new(const CheckContext *context, const char *stage, const char *name, SourcePosition position)
{
	g_autofree char *full = context->at != NULL ? g_strdup_printf("%s at %s", name, context->at) : g_strdup(name);

	return report_case_new(context->suite_database->name, stage, full, position);
}

void
check_case_report(const CheckContext *context, ReportCase *test_case)
{
	context->report(test_case, context->report_data);
}
