/*
 * watch_count.c
 *		Counting what a statement did to the answers of annotators.
 *
 * Two users take turns.  The owner of the labels reads the rows that changed,
 * and those of an annotator whose counts are suspicious: as PostgreSQL's own
 * foreign keys do, with local user switch and restricted operation, so that who
 * labels needs no right but to write.  The owner of annoqa's tables reads the
 * registry and writes changes and flags, by statements that are fixed here.
 *
 * Changes are only added, and a lock is only taken if it can be had at once:
 * those who label never wait for each other.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "watch.h"

/* annotators that one statement looks at, and that it settles */
#define MAX_LOOKED_AT 64
#define MAX_SETTLED 10

/* an error is noted so often by a session */
#define NOTE_EVERY_MS 60000

/* the statements over annoqa's own tables */
typedef enum OwnStatement
{
	OWN_VERSION,
	OWN_PLAN,
	OWN_ADD,
	OWN_RECOUNT,
	OWN_SUSPECTS,
	OWN_HOLD,
	OWN_COMPACT,
	OWN_QUERY,
	OWN_FOLD,
	OWN_SETTLE,
	OWN_NOTE,
	N_OWN
} OwnStatement;

typedef struct OwnText
{
	const char *text;
	int			nargs;
	Oid			types[8];
} OwnText;

static const OwnText own_text[N_OWN] = {
	[OWN_VERSION] = {
		"SELECT r.xmin || ' ' || r.ctid FROM annoqa.source AS r WHERE r.name = $1",
		1, {TEXTOID}
	},
	[OWN_PLAN] = {
		"SELECT p.version, p.relation_read, p.query FROM annoqa.watch_plan($1, $2, $3, $4) AS p",
		4, {TEXTOID, OIDOID, TEXTOID, TEXTOID}
	},
	[OWN_ADD] = {
		"INSERT INTO annoqa.change (source, annotator, added, removed, scored, correct, tasks, skips)"
		" SELECT $1, u.* FROM unnest($2, $3, $4, $5, $6, $7, $8) AS u",
		8, {TEXTOID, TEXTARRAYOID, INT8ARRAYOID, INT8ARRAYOID, INT8ARRAYOID, INT8ARRAYOID, INT8ARRAYOID, INT8ARRAYOID}
	},
	[OWN_RECOUNT] = {
		"INSERT INTO annoqa.change (source, recount) VALUES ($1, true)",
		1, {TEXTOID}
	},
	/* annotators whose counts would change a flag, or whose changes are many */
	[OWN_SUSPECTS] = {
		"SELECT f.annotator, r.rule, r.metric"
		" FROM (SELECT c.annotator, count(*) AS changes, sum(c.scored)::bigint AS scored,"
		"              sum(c.correct)::bigint AS correct, sum(c.tasks)::bigint AS tasks, sum(c.skips)::bigint AS skips"
		"       FROM annoqa.change AS c WHERE c.source = $1 AND c.annotator = ANY ($2) GROUP BY c.annotator) AS f"
		" LEFT JOIN LATERAL ("
		"     SELECT w.name AS rule, w.metric"
		"     FROM (SELECT u.name, u.metric, u.operator IN ('<', '<=') AS below, u.threshold, u.error, u.min_n,"
		"                  coalesce(u.clear_at, u.threshold) AS calm, x.run, o.flag_id,"
		"                  CASE u.metric WHEN 'gold_accuracy' THEN f.scored ELSE f.tasks END - x.after AS n,"
		"                  CASE u.metric WHEN 'gold_accuracy' THEN f.correct ELSE f.skips END - x.after_hits AS s"
		"           FROM annoqa.rule AS u"
		"           LEFT JOIN annoqa.flag AS o ON o.source = $1 AND o.rule = u.name AND o.annotator = f.annotator"
		"                                         AND o.status <> 'cleared'"
		"           CROSS JOIN LATERAL ("
		"               SELECT count(*) + 1 AS run, coalesce(max(g.restart_after), 0) AS after,"
		"                      coalesce(max(g.restart_hits), 0) AS after_hits"
		"               FROM annoqa.flag AS g WHERE g.source = $1 AND g.rule = u.name"
		"                                           AND g.annotator = f.annotator AND g.restart) AS x"
		"           WHERE u.source = $1 AND u.method = 'anytime' AND u.per = 'annotator' AND NOT u.by_guideline"
		"                 AND u.metric IN ('gold_accuracy', 'skip_rate')) AS w"
		"     WHERE w.n >= w.min_n AND w.s >= 0 AND w.s <= w.n"
		"           AND CASE WHEN w.flag_id IS NOT NULL AND w.below THEN w.s >= w.calm * w.n"
		"                    WHEN w.flag_id IS NOT NULL THEN w.s <= w.calm * w.n"
		"                    ELSE CASE WHEN w.below THEN annoqa.accuracy_below(w.s, w.n, w.threshold)"
		"                              ELSE annoqa.accuracy_above(w.s, w.n, w.threshold) END"
		"                         * 6 / (pi() * w.run) ^ 2 >= 1 / w.error END) AS r ON true"
		" WHERE (r.rule IS NOT NULL"
		"        AND NOT EXISTS (SELECT FROM annoqa.change AS c WHERE c.source = $1 AND c.annotator IS NULL AND c.recount))"
		"       OR f.changes > 100",
		2, {TEXTOID, TEXTARRAYOID}
	},
	[OWN_HOLD] = {"SELECT annoqa.hold_flags($1, $2)", 2, {TEXTOID, TEXTOID}},
	/* while nobody counts the source anew */
	[OWN_COMPACT] = {
		"WITH gone AS (DELETE FROM annoqa.change AS c WHERE c.source = $1 AND c.annotator = $2"
		"                  AND pg_try_advisory_xact_lock_shared(hashtextextended('annoqa.fold ' || $1, 0))"
		"              RETURNING c.*)"
		" INSERT INTO annoqa.change (source, annotator, added, removed, scored, correct, tasks, skips)"
		" SELECT $1, $2, sum(g.added), sum(g.removed), sum(g.scored), sum(g.correct), sum(g.tasks), sum(g.skips)"
		" FROM gone AS g HAVING count(*) > 0",
		2, {TEXTOID, TEXTOID}
	},
	[OWN_QUERY] = {"SELECT annoqa.suspect_query(r, $2) FROM annoqa.source AS r WHERE r.name = $1", 2, {TEXTOID, TEXTOID}},
	[OWN_FOLD] = {
		"SELECT coalesce(sum(CASE $3 WHEN 'gold_accuracy' THEN c.scored ELSE c.tasks END), 0)::bigint,"
		"       coalesce(sum(CASE $3 WHEN 'gold_accuracy' THEN c.correct ELSE c.skips END), 0)::bigint"
		" FROM annoqa.change AS c WHERE c.source = $1 AND c.annotator = $2",
		3, {TEXTOID, TEXTOID, TEXTOID}
	},
	[OWN_SETTLE] = {
		"SELECT annoqa.settle_suspect($1, $2, $3, $4, $5, $6, $7, $8)",
		8, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLARRAYOID, TIMESTAMPTZARRAYOID, INT8OID, INT8OID}
	},
	[OWN_NOTE] = {
		"INSERT INTO annoqa.source_error (source, message) VALUES ($1, $2)",
		2, {TEXTOID, TEXTOID}
	}
};

static SPIPlanPtr own_plan[N_OWN];

/* how the statements of a trigger are counted */
typedef struct Watch
{
	Oid			trigger;		/* hash key; must come first */
	Oid			relation;		/* where the trigger stands */
	Oid			relation_read;	/* which the source reads, as it was: */
	NameData	name;
	Oid			schema;
	Oid			owner;
	char	   *source;
	char	   *version;		/* of the source's row; NULL: not ready */
	SPIPlanPtr	count;			/* NULL: a recount is asked for */
} Watch;

static HTAB *watches = NULL;

/* who does what, while a statement is counted */
typedef struct Users
{
	Oid			caller;
	int			context;
	Oid			tables;			/* owner of annoqa's tables */
} Users;

/* The row of a relation in pg_class. */
static FormData_pg_class
relation_row(Oid relation)
{
	HeapTuple	tup = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	FormData_pg_class row;

	if (!HeapTupleIsValid(tup))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	memcpy(&row, GETSTRUCT(tup), CLASS_TUPLE_SIZE);
	ReleaseSysCache(tup);
	return row;
}

/* Go on as this user. */
static void
become(const Users *users, Oid user)
{
	SetUserIdAndSecContext(user, users->context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
}

/* Set the settings under which names are found and texts are canonical. */
static int
begin_settings(void)
{
	static const char *const settings[][2] = {
		{"search_path", "pg_catalog, pg_temp"}, {"datestyle", "ISO, YMD"},
		{"intervalstyle", "postgres"}, {"extra_float_digits", "3"},
		{"timezone", "UTC"}, {"bytea_output", "hex"}
	};
	int			level = NewGUCNestLevel();

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
	return level;
}

/* Become the owner of annoqa's tables. */
static int
begin_users(Users *users)
{
	Oid			change = get_relname_relid("change",
										   get_namespace_oid("annoqa", false));

	GetUserIdAndSecContext(&users->caller, &users->context);
	users->tables = relation_row(change).relowner;
	become(users, users->tables);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	return begin_settings();
}

static void
end_users(const Users *users, int level)
{
	SPI_finish();
	AtEOXact_GUC(true, level);
	SetUserIdAndSecContext(users->caller, users->context);
}

/* Run a statement over annoqa's own tables. */
static void
run_own(OwnStatement which, Datum *values, const char *nulls, bool read_only)
{
	const OwnText *own = &own_text[which];
	int			result;

	if (own_plan[which] == NULL)
	{
		Oid			types[lengthof(own->types)];
		SPIPlanPtr	plan;

		memcpy(types, own->types, sizeof(types));
		/* planned once: planning costs more than running */
		plan = SPI_prepare_cursor(own->text, own->nargs, types,
								  CURSOR_OPT_GENERIC_PLAN);
		if (plan == NULL || SPI_keepplan(plan) != 0)
			elog(ERROR, "could not prepare: %s", own->text);
		own_plan[which] = plan;
	}
	result = SPI_execute_plan(own_plan[which], values, nulls, read_only, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan gave %d: %s", result, own->text);
}

/* The only value of a result; false for none and for NULL. */
static bool
only_value(Datum *value)
{
	bool		isnull = true;

	if (SPI_processed > 0)
		*value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
							   &isnull);
	return !isnull;
}

/* Forget how a trigger counts. */
static void
forget(Watch *watch)
{
	if (watch->version == NULL)
		return;
	pfree(watch->version);
	pfree(watch->source);
	if (watch->count != NULL)
		SPI_freeplan(watch->count);
	watch->version = NULL;
	watch->count = NULL;
}

/* Find out how a trigger counts. */
static void
learn(Watch *watch, const TriggerData *data, Datum source)
{
	const char *newtable = data->tg_trigger->tgnewtable;
	const char *oldtable = data->tg_trigger->tgoldtable;
	bool		truncate = TRIGGER_FIRED_BY_TRUNCATE(data->tg_event);
	Datum		values[4] = {source, ObjectIdGetDatum(RelationGetRelid(data->tg_relation))};
	char		nulls[4] = {' ', ' ', 'n', 'n'};
	FormData_pg_class read;
	char	   *version,
			   *query;
	bool		isnull;

	if (newtable != NULL && data->tg_newtable != NULL)
	{
		values[2] = CStringGetTextDatum(newtable);
		nulls[2] = ' ';
	}
	if (oldtable != NULL && data->tg_oldtable != NULL)
	{
		values[3] = CStringGetTextDatum(oldtable);
		nulls[3] = ' ';
	}
	run_own(OWN_PLAN, values, nulls, true);
	version = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	watch->relation_read = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0],
														  SPI_tuptable->tupdesc, 2, &isnull));
	query = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3);
	if (query != NULL && !truncate)
	{
		watch->count = SPI_prepare(query, 0, NULL);
		if (watch->count == NULL || SPI_keepplan(watch->count) != 0)
			elog(ERROR, "could not prepare: %s", query);
	}
	read = relation_row(watch->relation_read);
	watch->name = read.relname;
	watch->schema = read.relnamespace;
	watch->owner = read.relowner;
	watch->relation = RelationGetRelid(data->tg_relation);
	watch->source = MemoryContextStrdup(TopMemoryContext, TextDatumGetCString(source));
	watch->version = MemoryContextStrdup(TopMemoryContext, version);
}

/* Is all as it was when the trigger learned to count? */
static bool
still_holds(const Watch *watch, const TriggerData *data, Datum source)
{
	FormData_pg_class read;
	Datum		version;

	if (watch->version == NULL ||
		watch->relation != RelationGetRelid(data->tg_relation) ||
		strcmp(watch->source, TextDatumGetCString(source)) != 0)
		return false;
	run_own(OWN_VERSION, &source, NULL, true);
	if (!only_value(&version) ||
		strcmp(watch->version, TextDatumGetCString(version)) != 0)
		return false;
	read = relation_row(watch->relation_read);
	return read.relowner == watch->owner &&
		read.relnamespace == watch->schema &&
		strcmp(NameStr(read.relname), NameStr(watch->name)) == 0;
}

/* How a trigger counts, as the registry is now. */
static Watch *
known_watch(const TriggerData *data, Datum source)
{
	Oid			trigger = data->tg_trigger->tgoid;
	Watch	   *watch;
	bool		found;

	if (watches == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Watch)};

		watches = hash_create("annoqa watches", 16, &control,
							  HASH_ELEM | HASH_BLOBS);
	}
	watch = hash_search(watches, &trigger, HASH_ENTER, &found);
	if (found && still_holds(watch, data, source))
		return watch;
	if (found)
		forget(watch);
	watch->version = NULL;
	watch->count = NULL;
	learn(watch, data, source);
	return watch;
}

/* The first rows of a result, column by column, as arrays. */
static void
result_arrays(Datum *arrays, int ncolumns, uint64 most)
{
	uint64		n = Min(SPI_processed, most);
	Datum	   *values = palloc(sizeof(Datum) * n);
	bool	   *nulls = palloc(sizeof(bool) * n);

	for (int c = 0; c < ncolumns; c++)
	{
		Oid			type = c == 0 ? TEXTOID : INT8OID;
		int			lower = 1,
					length = (int) n;

		for (uint64 i = 0; i < n; i++)
			values[i] = SPI_getbinval(SPI_tuptable->vals[i],
									  SPI_tuptable->tupdesc, c + 1, &nulls[i]);
		arrays[c] = PointerGetDatum(construct_md_array(values, nulls, 1, &length,
													   &lower, type,
													   c == 0 ? -1 : sizeof(int64),
													   c == 0 ? false : FLOAT8PASSBYVAL,
													   c == 0 ? TYPALIGN_INT : TYPALIGN_DOUBLE));
	}
}

/* Look again at an annotator whose changes became many, or suspicious. */
static void
settle(const Users *users, const Watch *watch, Datum *suspect, char *query)
{
	Datum		values[8] = {suspect[0], suspect[2], suspect[1]};
	char		nulls[8] = {' ', ' ', ' ', 'n', 'n', 'n', ' ', ' '};
	Oid			text = TEXTOID;
	bool		isnull;

	/* both counts as of one moment */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	{
		Datum		of[3] = {suspect[0], suspect[1], suspect[3]};

		run_own(OWN_FOLD, of, NULL, true);
		for (int i = 0; i < 2; i++)
			values[6 + i] = SPI_getbinval(SPI_tuptable->vals[0],
										  SPI_tuptable->tupdesc, i + 1, &isnull);
	}
	become(users, watch->owner);
	if (SPI_execute_with_args(query, 1, &text, &suspect[1], NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the answers of an annotator");
	become(users, users->tables);
	PopActiveSnapshot();
	for (int i = 0; i < 3 && SPI_processed > 0; i++)
	{
		values[3 + i] = SPI_getbinval(SPI_tuptable->vals[0],
									  SPI_tuptable->tupdesc, i + 2, &isnull);
		nulls[3 + i] = isnull ? 'n' : ' ';
	}
	run_own(OWN_SETTLE, values, nulls, false);
}

/* See to one suspect, if nobody else does. */
static void
see_to(const Users *users, const Watch *watch, Datum *suspect, bool rule)
{
	Datum		query = (Datum) 0,
				held;
	Datum		of[2] = {suspect[0], suspect[3]};

	if (rule)
	{
		run_own(OWN_QUERY, of, NULL, true);
		if (!only_value(&query))
			return;
	}
	run_own(OWN_HOLD, suspect, NULL, false);
	if (!only_value(&held) || !DatumGetBool(held))
		return;
	if (rule)
		settle(users, watch, suspect, TextDatumGetCString(query));
	else
		run_own(OWN_COMPACT, suspect, NULL, false);
}

/*
 * Look at the counts of these annotators.  In a transaction with one snapshot
 * for all of its statements flags that others raised cannot be seen.
 */
static void
look_at(const Users *users, const Watch *watch, Datum source, Datum annotators)
{
	Datum		values[2] = {source, annotators};
	SPITupleTable *found;
	uint64		n;

	if (IsolationUsesXactSnapshot())
		return;
	run_own(OWN_SUSPECTS, values, NULL, false);
	found = SPI_tuptable;
	n = SPI_processed;
	for (uint64 i = 0; i < n && i < MAX_SETTLED; i++)
	{
		Datum		suspect[4] = {source};
		bool		isnull;

		for (int c = 0; c < 3; c++)
			suspect[c + 1] = SPI_getbinval(found->vals[i], found->tupdesc,
										   c + 1, &isnull);
		see_to(users, watch, suspect, !isnull);
	}
}

/* Count what a statement did to the answers of each annotator. */
void
watch_statement(TriggerData *data, const char *source)
{
	Datum		values[8] = {CStringGetTextDatum(source)};
	Users		users;
	int			level = begin_users(&users);
	Watch	   *watch;

	if (SPI_register_trigger_data(data) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	watch = known_watch(data, values[0]);
	if (watch->count == NULL)
		run_own(OWN_RECOUNT, values, NULL, false);
	else
	{
		int			result;

		become(&users, watch->owner);
		result = SPI_execute_plan(watch->count, NULL, NULL, false, 0);
		become(&users, users.tables);
		if (result != SPI_OK_SELECT)
			elog(ERROR, "SPI_execute_plan gave %d", result);
		if (SPI_processed > 0)
		{
			Datum		first;

			result_arrays(&values[1], 7, INT_MAX);
			result_arrays(&first, 1, MAX_LOOKED_AT);
			run_own(OWN_ADD, values, NULL, false);
			look_at(&users, watch, values[0], first);
		}
	}
	end_users(&users, level);
}

/* Note that a statement was not counted, now and then. */
void
watch_note(const char *source, const char *message)
{
	static TimestampTz noted = 0;
	TimestampTz now = GetCurrentTimestamp();
	Datum		values[2];
	Users		users;
	int			level;

	if (noted != 0 && now < TimestampTzPlusMilliseconds(noted, NOTE_EVERY_MS))
		return;
	level = begin_users(&users);
	values[0] = CStringGetTextDatum(source);
	values[1] = CStringGetTextDatum(message);
	run_own(OWN_NOTE, values, NULL, false);
	run_own(OWN_RECOUNT, values, NULL, false);
	end_users(&users, level);
	noted = now;
}
