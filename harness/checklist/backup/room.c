#include "checklist/backup/room.h"

#include "checklist/item/limit.h"

#define ROOM_LIMIT 80.0 /* percent */

bool
backup_room_load(const SuiteNode *node, BackupRoom *room, GError **error)
{
	room->limit = ROOM_LIMIT;
	if (node == NULL)
		return true;
	return checklist_limit_read_key(node, "capacity", TARGET_UNIT_BYTES, &room->capacity, error) &&
	       checklist_limit_read_key(node, "limit", TARGET_UNIT_PERCENT, &room->limit, error) &&
	       (room->capacity > 0 ||
	        suite_node_error(suite_node_get(node, "capacity"), error, NULL, "a disk without room"));
}

static void
room_add_facts(const BackupNeed *need, ChecklistResult *result)
{
	g_autofree char *peak = target_unit_format(TARGET_UNIT_BYTES, need->peak);
	g_autofree char *grown = target_unit_format(TARGET_UNIT_BYTES, need->grown);
	g_autofree char *wal = target_unit_format(TARGET_UNIT_BYTES, need->wal);

	checklist_add_fact(result, "disk that the ups need meanwhile", peak, NULL);
	checklist_add_fact(result, "disk that they leave taken", grown, NULL);
	checklist_add_fact(result, "WAL that the ups write", wal, NULL);
}

static void
room_set_unknown(const TargetCondition *condition, const TargetMeasurement *measurement,
                 const ChecklistContext *context, ChecklistResult *result)
{
	checklist_set(result, CHECKLIST_UNKNOWN, "how much of the disk is taken cannot be seen: %s",
	              measurement->refused);
	checklist_set_grant(result, condition, context);
}

static void
room_judge_share(const BackupRoom *room, const BackupNeed *need, double taken, ChecklistResult *result)
{
	double more = 100 * (need->peak + need->wal) / room->capacity;
	g_autofree char *now = target_unit_format(TARGET_UNIT_PERCENT, taken);
	g_autofree char *then = target_unit_format(TARGET_UNIT_PERCENT, taken + more);
	g_autofree char *limit = target_unit_format(TARGET_UNIT_PERCENT, room->limit);
	g_autofree char *peak = target_unit_format(TARGET_UNIT_BYTES, need->peak);
	g_autofree char *wal = target_unit_format(TARGET_UNIT_BYTES, need->wal);

	checklist_add_fact(result, "taken of the disk now", now, NULL);
	checklist_add_fact(result, "taken of the disk meanwhile", then, limit);
	if (taken + more <= room->limit)
		return;
	checklist_set(result, CHECKLIST_OPEN,
	              "%s of the disk would be taken (limit %s): %s now, and the ups need %s, and %s of WAL", then,
	              limit, now, peak, wal);
	checklist_set_hint(result, "make room first, or work on the table in parts");
}

bool
backup_room_judge(const BackupRoom *room, const BackupNeed *need, const ChecklistContext *context,
                  ChecklistResult *result, GError **error)
{
	const TargetCondition *condition = target_condition_find("disk");
	g_auto(TargetMeasurement) measurement = { 0 };

	room_add_facts(need, result);
	if (room->capacity <= 0)
		return true;
	g_autofree char *capacity = g_strdup_printf("%.0f", room->capacity);
	g_autoptr(DbSession) session = checklist_open(context, error);
	if (session == NULL || !target_condition_measure(condition, session, capacity, &measurement, error))
		return false;
	if (measurement.refused != NULL)
		room_set_unknown(condition, &measurement, context, result);
	else
		room_judge_share(room, need, measurement.number, result);
	return true;
}
