/*
 * watch_count.c
 *		Counting what a statement did to the answers of annotators.
 *
 * The rows that changed are read from transition tables; one row an annotator
 * tells what became of their counts.  Changes are only added, and a lock is only
 * taken if it can be had at once: those who label never wait for each other.
 * Only the first statement of a session, which learns how to count, waits for a
 * change of gold that lies apart, as every reader of it does.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "own_lock.h"
#include "watch.h"

/* annotators that one statement looks at, and that it settles */
#define MAX_LOOKED_AT 64
#define MAX_SETTLED 10

/* an error of a trigger is noted so often by a session */
#define NOTE_EVERY_MS 60000

/* a relation, as it was when a trigger learned to count */
typedef struct Known
{
	Oid			id;				/* invalid: none */
	NameData	schema;
	NameData	name;
	Oid			owner;
	char		kind;
} Known;

/* how the statements of a trigger are counted */
typedef struct Watch
{
	Oid			trigger;		/* hash key; must come first */
	Oid			relation;		/* where the trigger stands */
	Known		labels;			/* which the source reads */
	Known		gold;			/* which lies apart */
	char	   *source;
	char	   *version;		/* of the source's row; NULL: not ready */
	SPIPlanPtr	count;			/* NULL: a recount is asked for */
	bool		stale;			/* one of the relations has changed */
	int			in_use;			/* statements that run it just now */
	TimestampTz noted;			/* when an error was noted; 0: never */
} Watch;

static HTAB *watches = NULL;

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

/* A relation as it is now. */
static Known
known_relation(Oid relation)
{
	Known		known;
	FormData_pg_class row;
	char	   *schema;

	memset(&known, 0, sizeof(known));
	if (!OidIsValid(relation))
		return known;
	row = relation_row(relation);
	schema = get_namespace_name(row.relnamespace);
	known.id = relation;
	if (schema != NULL)
		namestrcpy(&known.schema, schema);
	known.name = row.relname;
	known.owner = row.relowner;
	known.kind = row.relkind;
	return known;
}

/* Is a relation what it was?  None is none. */
static bool
is_as_known(const Known *known)
{
	Known		now;

	if (!OidIsValid(known->id))
		return true;
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(known->id)))
		return false;
	now = known_relation(known->id);
	return now.owner == known->owner && now.kind == known->kind &&
		strcmp(NameStr(now.name), NameStr(known->name)) == 0 &&
		strcmp(NameStr(now.schema), NameStr(known->schema)) == 0;
}

/* Forget how a trigger counts. */
static void
forget(Watch *watch)
{
	if (watch->version != NULL)
		pfree(watch->version);
	if (watch->source != NULL)
		pfree(watch->source);
	if (watch->count != NULL)
		SPI_freeplan(watch->count);
	watch->version = watch->source = NULL;
	watch->count = NULL;
}

/*
 * A relation has changed, or InvalidOid: all may have.  How to count depends on
 * types and sizes, too, so that it is learned anew.
 */
static void
invalidate(Datum arg, Oid relation)
{
	HASH_SEQ_STATUS status;
	Watch	   *watch;

	hash_seq_init(&status, watches);
	while ((watch = hash_seq_search(&status)) != NULL)
		if (!OidIsValid(relation) || relation == watch->relation ||
			relation == watch->labels.id || relation == watch->gold.id)
			watch->stale = true;
}

/* What is known of a trigger. */
static Watch *
find_watch(Oid trigger)
{
	Watch	   *watch;
	bool		found;

	if (watches == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Watch)};

		watches = hash_create("annoqa watches", 16, &control,
							  HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(invalidate, (Datum) 0);
	}
	watch = hash_search(watches, &trigger, HASH_ENTER, &found);
	if (!found)
	{
		memset(watch, 0, sizeof(Watch));
		watch->trigger = trigger;
	}
	return watch;
}

/* Ask, as the owner of the labels, how a trigger counts. */
static void
ask_plan(Users *users, const TriggerData *data, Datum source)
{
	Oid			types[4] = {InvalidOid, OIDOID, TEXTOID, TEXTOID};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', 'n', 'n'};
	bool		isnull;

	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("source \"%s\" of the trigger does not exist",
						TextDatumGetCString(source))));
	values[0] = result_value(0, 1, &isnull);
	types[0] = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
	values[1] = ObjectIdGetDatum(RelationGetRelid(data->tg_relation));
	if (data->tg_newtable != NULL)
	{
		values[2] = CStringGetTextDatum(data->tg_trigger->tgnewtable);
		nulls[2] = ' ';
	}
	if (data->tg_oldtable != NULL)
	{
		values[3] = CStringGetTextDatum(data->tg_trigger->tgoldtable);
		nulls[3] = ' ';
	}
	users->labels = relation_row(RelationGetRelid(data->tg_relation)).relowner;
	run_as_owner(users, "SELECT p.relation_read, p.query, p.gold_read FROM annoqa.watch_plan($1, $2, $3, $4) AS p",
				 4, types, values, nulls);
}

/* Keep the plan of a query that reads transition tables. */
static SPIPlanPtr
keep_plan(const Users *users, const char *query)
{
	SPIPlanPtr	plan;

	become(users, users->labels);
	plan = SPI_prepare(query, 0, NULL);
	become(users, users->tables);
	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "could not prepare: %s", query);
	return plan;
}

/* Find out how a trigger counts. */
static void
learn(Watch *watch, Users *users, const TriggerData *data, Datum source)
{
	char	   *version = NULL,
			   *query;
	bool		isnull;

	watch->stale = false;
	run_own(OWN_SOURCE, &source, NULL, true);
	if (SPI_processed > 0)
		version = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);
	ask_plan(users, data, source);
	watch->labels = known_relation(DatumGetObjectId(result_value(0, 1, &isnull)));
	query = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);
	watch->gold = known_relation(DatumGetObjectId(result_value(0, 3, &isnull)));
	users->labels = watch->labels.owner;
	watch->relation = RelationGetRelid(data->tg_relation);
	watch->source = MemoryContextStrdup(TopMemoryContext, TextDatumGetCString(source));
	if (query != NULL && !TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		watch->count = keep_plan(users, query);
	watch->version = MemoryContextStrdup(TopMemoryContext, version);
}

/* Is all as it was when the trigger learned to count? */
static bool
still_holds(const Watch *watch, const TriggerData *data, Datum source)
{
	Datum		version;

	if (watch->version == NULL || watch->stale ||
		watch->relation != RelationGetRelid(data->tg_relation) ||
		strcmp(watch->source, TextDatumGetCString(source)) != 0)
		return false;
	run_own(OWN_VERSION, &source, NULL, true);
	if (!only_value(&version) ||
		strcmp(watch->version, TextDatumGetCString(version)) != 0)
		return false;
	return is_as_known(&watch->labels) && is_as_known(&watch->gold);
}

/*
 * How a trigger counts, as the registry is now; NULL where it cannot be told
 * without waiting, or within a statement that counts by something older.
 *
 * Gold that lies apart is held first: its owner may drop it and put something
 * that runs code in its place, for as long as nobody holds it.
 */
static Watch *
known_watch(Users *users, const TriggerData *data, Datum source)
{
	Watch	   *watch = find_watch(data->tg_trigger->tgoid);

	if (watch->version != NULL && OidIsValid(watch->gold.id) &&
		!ConditionalLockRelationOid(watch->gold.id, AccessShareLock))
		return NULL;
	if (still_holds(watch, data, source))
		return watch;
	if (watch->in_use > 0)
		return NULL;
	forget(watch);
	learn(watch, users, data, source);
	return watch;
}

/* Count, as the owner of the labels. */
static void
run_count(const Users *users, Watch *watch)
{
	int			result = 0;

	watch->in_use++;
	PG_TRY();
	{
		become(users, watch->labels.owner);
		result = SPI_execute_plan(watch->count, NULL, NULL, false, 0);
		become(users, users->tables);
	}
	PG_FINALLY();
	{
		watch->in_use--;
	}
	PG_END_TRY();
	if (result != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan gave %d", result);
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
			values[i] = result_value(i, c + 1, &nulls[i]);
		arrays[c] = PointerGetDatum(construct_md_array(values, nulls, 1, &length,
													   &lower, type,
													   c == 0 ? -1 : sizeof(int64),
													   c == 0 ? false : FLOAT8PASSBYVAL,
													   c == 0 ? TYPALIGN_INT : TYPALIGN_DOUBLE));
	}
}

/*
 * Look at the counts of these annotators.  In a transaction with one snapshot
 * for all of its statements flags that others raised cannot be seen.
 */
static void
look_at(const Users *users, Datum source, Datum annotators)
{
	Datum		values[2] = {source, annotators};
	char	   *name = TextDatumGetCString(source);
	SPITupleTable *found;
	uint64		n;

	if (IsolationUsesXactSnapshot())
		return;
	run_own(OWN_SUSPECTS, values, NULL, false);
	found = SPI_tuptable;
	n = SPI_processed;
	for (uint64 i = 0; i < n && i < MAX_SETTLED; i++)
	{
		Datum		suspect[3];
		Datum		of[2] = {source};
		const char *annotator;
		bool		isnull;

		for (int c = 0; c < 3; c++)
			suspect[c] = SPI_getbinval(found->vals[i], found->tupdesc, c + 1,
									   &isnull);
		of[1] = suspect[0];
		annotator = TextDatumGetCString(suspect[0]);
		if (!own_lock(LOCK_FLAG, ExclusiveLock, name, annotator))
			continue;
		if (isnull)				/* no rule */
		{
			/* while nobody counts the source anew */
			if (own_lock(LOCK_FOLD, ShareLock, name, ""))
				run_own(OWN_COMPACT, of, NULL, false);
		}
		else
			settle_suspect(users, source, suspect[0], suspect[1], suspect[2]);
	}
}

/* Count what a statement did to the answers of each annotator. */
void
watch_statement(TriggerData *data, const char *source)
{
	Datum		values[8] = {CStringGetTextDatum(source)};
	Users		users;
	Watch	   *watch;

	begin_users(&users);
	if (SPI_register_trigger_data(data) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	watch = known_watch(&users, data, values[0]);
	if (watch == NULL || watch->count == NULL)
		run_own(OWN_RECOUNT, values, NULL, false);
	else
	{
		users.labels = watch->labels.owner;
		run_count(&users, watch);
		if (SPI_processed > 0)
		{
			Datum		first;

			result_arrays(&values[1], 7, INT_MAX);
			result_arrays(&first, 1, MAX_LOOKED_AT);
			run_own(OWN_ADD, values, NULL, false);
			look_at(&users, values[0], first);
		}
	}
	end_users(&users);
}

/*
 * Ask for a recount, for a statement was not counted, and now and then note why.
 * Whoever makes a trigger on a table of their own says nothing of a source that
 * reads another.
 */
void
watch_note(const TriggerData *data, const char *source, const char *message)
{
	Watch	   *watch = find_watch(data->tg_trigger->tgoid);
	TimestampTz now = GetCurrentTimestamp();
	Datum		values[2];
	Users		users;

	/* what led to an error is learned anew */
	if (watch->in_use == 0)
		forget(watch);
	begin_users(&users);
	values[0] = CStringGetTextDatum(source);
	values[1] = ObjectIdGetDatum(RelationGetRelid(data->tg_relation));
	run_own(OWN_BELONGS, values, NULL, true);
	if (SPI_processed > 0)
	{
		run_own(OWN_RECOUNT, values, NULL, false);
		if (watch->noted == 0 ||
			now >= TimestampTzPlusMilliseconds(watch->noted, NOTE_EVERY_MS))
		{
			values[1] = CStringGetTextDatum(message);
			run_own(OWN_NOTE, values, NULL, false);
			watch->noted = now;
		}
	}
	end_users(&users);
}
