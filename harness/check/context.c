#include "check/context.h"

void
check_peer_clear(CheckPeer *peer)
{
	g_clear_pointer(&peer->snapshot, catalog_snapshot_unref);
}

ReportCase *
check_case_new(const CheckContext *context, const char *stage, const char *name, SourcePosition position)
{
	return report_case_new(context->suite_database->name, stage, name, position);
}

void
check_case_report(const CheckContext *context, ReportCase *test_case)
{
	context->report(test_case, context->report_data);
}
