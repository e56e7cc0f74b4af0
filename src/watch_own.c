/*
 * watch_own.c
 *		The two users of a trigger that watches, and what each may do.
 *
 * The owner of annoqa's tables, perhaps a superuser, runs the statements that
 * stand here and no other.  They touch annoqa's own tables, whose owner alone
 * can put triggers on them, and call functions of pg_catalog; the one function of
 * annoqa's is called with exactly the types that it was made with, so that no
 * function planted in the schema can take its place.
 *
 * All else runs as the owner of the labels: with local user switch, in a
 * restricted operation and past row-level security, as PostgreSQL's own foreign
 * keys do.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "watch.h"

typedef struct OwnText
{
	const char *text;
	int			nargs;
	Oid			types[MAX_OWN_ARGS];
} OwnText;

static const OwnText own_text[N_OWN] = {
	[OWN_VERSION] = {
		"SELECT r.xmin || ' ' || r.ctid FROM annoqa.source AS r WHERE r.name = $1",
		1, {TEXTOID}
	},
	[OWN_SOURCE] = {
		"SELECT r, r.xmin || ' ' || r.ctid, r.labeled_at IS NOT NULL FROM annoqa.source AS r WHERE r.name = $1",
		1, {TEXTOID}
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
		"       FROM annoqa.change AS c"
		"       WHERE c.source = $1 AND c.annotator = ANY ($2)"
		"             AND hashtextextended(c.annotator, 0) = ANY (ARRAY(SELECT hashtextextended(k.a, 0) FROM unnest($2) AS k (a)))"
		"       GROUP BY c.annotator) AS f"
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
		"               FROM annoqa.flag AS g WHERE g.source = $1 AND g.rule = u.name AND g.metric = u.metric"
		"                                           AND g.raised_at >= u.created_at"
		"                                           AND hashtextextended(g.annotator, 0) = hashtextextended(f.annotator, 0)"
		"                                           AND g.annotator = f.annotator AND g.restart) AS x"
		"           WHERE u.source = $1 AND u.method = 'anytime' AND u.per = 'annotator' AND NOT u.by_guideline"
		"                 AND u.metric IN ('gold_accuracy', 'skip_rate')"
	/* who has notified cannot PREPARE TRANSACTION any more */
		"                 AND NOT ((u.notify OR coalesce(o.notify, false))"
		"                          AND current_setting('max_prepared_transactions') <> '0')) AS w"
		"     WHERE w.n >= w.min_n AND w.s >= 0 AND w.s <= w.n"
		"           AND CASE WHEN w.flag_id IS NOT NULL AND w.below THEN w.s >= w.calm * w.n"
		"                    WHEN w.flag_id IS NOT NULL THEN w.s <= w.calm * w.n"
		"                    ELSE annoqa.accuracy_below(CASE WHEN w.below THEN w.s ELSE w.n - w.s END, w.n,"
		"                                               CASE WHEN w.below THEN w.threshold ELSE 1 - w.threshold END,"
		"                                               '{1,1}'::float8[])"
		"                         * 6 / (pi() * w.run) ^ 2 >= 1 / w.error END) AS r ON true"
		" WHERE (r.rule IS NOT NULL"
		"        AND NOT EXISTS (SELECT FROM annoqa.change AS c WHERE c.source = $1"
		"                            AND hashtextextended(c.annotator, 0) IS NULL AND c.annotator IS NULL AND c.recount))"
		"       OR f.changes > 100",
		2, {TEXTOID, TEXTARRAYOID}
	},
	[OWN_COMPACT] = {
		"WITH gone AS (DELETE FROM annoqa.change AS c WHERE c.source = $1 AND hashtextextended(c.annotator, 0) = hashtextextended($2, 0)"
		"                                                  AND c.annotator = $2 RETURNING c.*)"
		" INSERT INTO annoqa.change (source, annotator, added, removed, scored, correct, tasks, skips)"
		" SELECT $1, $2, sum(g.added), sum(g.removed), sum(g.scored), sum(g.correct), sum(g.tasks), sum(g.skips)"
		" FROM gone AS g HAVING count(*) > 0",
		2, {TEXTOID, TEXTOID}
	},
	[OWN_FOLD] = {
		"SELECT coalesce(sum(CASE $3 WHEN 'gold_accuracy' THEN c.scored ELSE c.tasks END), 0)::bigint,"
		"       coalesce(sum(CASE $3 WHEN 'gold_accuracy' THEN c.correct ELSE c.skips END), 0)::bigint"
		" FROM annoqa.change AS c WHERE c.source = $1 AND hashtextextended(c.annotator, 0) = hashtextextended($2, 0) AND c.annotator = $2",
		3, {TEXTOID, TEXTOID, TEXTOID}
	},
	[OWN_CORRECT] = {
		"INSERT INTO annoqa.change (source, annotator, scored, correct, tasks, skips)"
		" SELECT $1, $2, CASE WHEN v.gold THEN $4 ELSE 0 END, CASE WHEN v.gold THEN $5 ELSE 0 END,"
		"        CASE WHEN v.gold THEN 0 ELSE $4 END, CASE WHEN v.gold THEN 0 ELSE $5 END"
		" FROM (SELECT $3 = 'gold_accuracy' AS gold) AS v",
		5, {TEXTOID, TEXTOID, TEXTOID, INT8OID, INT8OID}
	},
	/* nothing while the source is renamed or dropped, for which who labels would wait */
	[OWN_RULE] = {
		"SELECT r, o.flag_id, x.restarts, x.since, x.after"
		" FROM annoqa.source AS s JOIN annoqa.rule AS r ON r.source = s.name"
		" LEFT JOIN annoqa.flag AS o ON o.source = $1 AND o.rule = $2 AND o.annotator = $3 AND o.status <> 'cleared'"
		" CROSS JOIN LATERAL (SELECT count(*) AS restarts, max(g.cleared_at) AS since, max(g.restart_after) AS after"
		"                     FROM annoqa.flag AS g WHERE g.source = $1 AND g.rule = $2 AND g.annotator = $3"
		"                           AND hashtextextended(g.annotator, 0) = hashtextextended($3, 0) AND g.restart"
		"                           AND g.metric = r.metric AND g.raised_at >= r.created_at) AS x"
		" WHERE s.name = $1 AND r.name = $2 FOR KEY SHARE OF s SKIP LOCKED",
		3, {TEXTOID, TEXTOID, TEXTOID}
	},
	[OWN_EXEMPT] = {
		"SELECT e.exempt FROM annoqa.annotator_exemption AS e WHERE e.source = $1 AND e.annotator = $2"
		" ORDER BY e.exemption_id DESC LIMIT 1",
		2, {TEXTOID, TEXTOID}
	},
	[OWN_RAISE] = {
		"INSERT INTO annoqa.flag (source, annotator, vendor, rule, metric, operator, threshold, method, value, value_n,"
		"                         value_lower, value_upper, evidence_window, severity, reason, evidence_from,"
		"                         evidence_until, notify)"
		" SELECT $1, $2, $4, r.name, r.metric, r.operator, $5, r.method, $6, $7, $8, $9, $10, r.severity, $13, $11, $12, r.notify"
		" FROM annoqa.rule AS r WHERE r.source = $1 AND r.name = $3"
		" ON CONFLICT DO NOTHING RETURNING flag_id, notify",
		13, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, FLOAT8OID, FLOAT8OID, INT8OID, FLOAT8OID, FLOAT8OID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID}
	},
	[OWN_CLEAR] = {
		"UPDATE annoqa.flag AS f SET status = 'cleared', cleared_at = clock_timestamp(), cleared_by = 'rule'"
		" WHERE f.flag_id = $1 AND f.status <> 'cleared' RETURNING flag_id, notify",
		1, {INT8OID}
	},
	/* as annoqa.notify_flag does */
	[OWN_NOTIFY] = {
		"SELECT pg_notify('annoqa_flag', json_build_object('source', $1, 'flag_id', $2)::text)",
		2, {TEXTOID, INT8OID}
	},
	/* is a table the source's, or a partition or child of one? */
	[OWN_BELONGS] = {
		"WITH RECURSIVE up AS (SELECT $2 AS id UNION SELECT i.inhparent FROM up JOIN pg_inherits AS i ON i.inhrelid = up.id)"
		" SELECT true FROM annoqa.source AS s CROSS JOIN up JOIN pg_class AS c ON c.oid = up.id"
		"                  JOIN pg_namespace AS n ON n.oid = c.relnamespace"
		" WHERE s.name = $1 AND (c.relname = s.relation_name AND n.nspname = s.relation_schema"
		"                        OR c.relname = s.gold_name AND n.nspname = s.gold_schema)",
		2, {TEXTOID, OIDOID}
	},
	[OWN_NOTE] = {
		"INSERT INTO annoqa.source_error (source, message) VALUES ($1, $2)",
		2, {TEXTOID, TEXTOID}
	}
};

static SPIPlanPtr own_plan[N_OWN];

/* The OID of a table of annoqa's. */
static Oid
own_table(const char *name)
{
	return get_relname_relid(name, get_namespace_oid("annoqa", false));
}

/*
 * The owner of annoqa's tables: one role has all of them, or somebody put one of
 * their own in its place.
 */
static Oid
tables_owner(void)
{
	static const char *const names[] = {"source", "rule", "flag", "change",
		"source_error", "annotator_exemption"};
	Oid			owner = InvalidOid;

	for (int i = 0; i < lengthof(names); i++)
	{
		HeapTuple	tup = SearchSysCache1(RELOID, ObjectIdGetDatum(own_table(names[i])));
		bool		right;

		right = HeapTupleIsValid(tup) &&
			((Form_pg_class) GETSTRUCT(tup))->relkind == RELKIND_RELATION &&
			(i == 0 || ((Form_pg_class) GETSTRUCT(tup))->relowner == owner);
		if (right)
			owner = ((Form_pg_class) GETSTRUCT(tup))->relowner;
		if (HeapTupleIsValid(tup))
			ReleaseSysCache(tup);
		if (!right)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("annoqa.%s is not the table of the extension",
							names[i])));
	}
	return owner;
}

/* Go on as this user. */
void
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
		{"timezone", "UTC"}, {"bytea_output", "hex"},
		/* a plan made for many rows is kept for few */
		{"jit", "off"}
	};
	int			level = NewGUCNestLevel();

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
								 false);
	return level;
}

/* Become the owner of annoqa's tables. */
void
begin_users(Users *users)
{
	GetUserIdAndSecContext(&users->caller, &users->context);
	users->tables = tables_owner();
	users->labels = InvalidOid;
	become(users, users->tables);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	users->settings = begin_settings();
}

/* Become who called again. */
void
end_users(const Users *users)
{
	SPI_finish();
	AtEOXact_GUC(true, users->settings);
	SetUserIdAndSecContext(users->caller, users->context);
}

/* Run a statement over annoqa's own tables. */
void
run_own(OwnStatement which, Datum *values, const char *nulls, bool read_only)
{
	const OwnText *own = &own_text[which];
	int			result;

	if (own_plan[which] == NULL)
	{
		Oid			types[MAX_OWN_ARGS];
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

/* Run a query that changes nothing as the owner of the labels. */
void
run_as_owner(const Users *users, const char *query, int nargs, Oid *types,
			 Datum *values, const char *nulls)
{
	int			result;

	become(users, users->labels);
	result = SPI_execute_with_args(query, nargs, types, values, nulls, true, 0);
	become(users, users->tables);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args gave %d: %s", result, query);
}

/* A value of the result. */
Datum
result_value(uint64 row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column,
						 isnull);
}

/* The only value of a result; false for none and for NULL. */
bool
only_value(Datum *value)
{
	bool		isnull = true;

	if (SPI_processed > 0)
		*value = result_value(0, 1, &isnull);
	return !isnull;
}
