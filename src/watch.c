/*
 * watch.c
 *		flag_low_quality: the trigger that watches a source.
 *
 * It must never fail the statement that labels, so that all it does happens in
 * a subtransaction, and an error becomes a warning.  Only cancel and shutdown
 * pass through; and a trigger that was made the wrong way says so.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/tuplestore.h"
#include "watch.h"

bool		watch_triggers = true;

/* The statement that makes the trigger as it should be. */
static char *
right_statement(const TriggerData *data, const char *source)
{
	const char *event = "INSERT";
	const char *tables = " REFERENCING NEW TABLE AS new_rows";

	if (TRIGGER_FIRED_BY_DELETE(data->tg_event))
	{
		event = "DELETE";
		tables = " REFERENCING OLD TABLE AS old_rows";
	}
	else if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		event = "UPDATE";
		tables = " REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows";
	}
	else if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
	{
		event = "TRUNCATE";
		tables = "";
	}
	return psprintf("CREATE TRIGGER %s AFTER %s ON %s%s FOR EACH STATEMENT EXECUTE FUNCTION annoqa.flag_low_quality(%s);",
					quote_identifier(data->tg_trigger->tgname), event,
					quote_qualified_identifier(get_namespace_name(RelationGetNamespace(data->tg_relation)),
											   RelationGetRelationName(data->tg_relation)),
					tables, quote_literal_cstr(source));
}

/* Does the trigger have the transition tables that its event needs? */
static bool
has_tables(const TriggerData *data)
{
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
		return data->tg_newtable != NULL;
	if (TRIGGER_FIRED_BY_DELETE(data->tg_event))
		return data->tg_oldtable != NULL;
	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
		return data->tg_newtable != NULL && data->tg_oldtable != NULL;
	return true;
}

/* The source that a trigger names; an error if it is made the wrong way. */
static const char *
trigger_source(FunctionCallInfo fcinfo)
{
	const TriggerData *data = (const TriggerData *) fcinfo->context;
	const char *source;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("flag_low_quality must be called by a trigger"),
				 errhint("annoqa.watch('source') makes the triggers.")));
	source = data->tg_trigger->tgnargs == 1 ? data->tg_trigger->tgargs[0] : "source";
	if (data->tg_trigger->tgnargs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("flag_low_quality takes one argument, the name of a source"),
				 errhint("%s", right_statement(data, source))));
	if (!TRIGGER_FIRED_FOR_STATEMENT(data->tg_event) ||
		!TRIGGER_FIRED_AFTER(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("trigger \"%s\" must fire after the statement, once for all of its rows",
						data->tg_trigger->tgname),
				 errhint("%s", right_statement(data, source))));
	if (!has_tables(data))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("trigger \"%s\" has no table of the rows that changed",
						data->tg_trigger->tgname),
				 errhint("%s", right_statement(data, source))));
	return source;
}

/* Did the statement touch a row? */
static bool
has_rows(const TriggerData *data)
{
	return TRIGGER_FIRED_BY_TRUNCATE(data->tg_event) ||
		(data->tg_newtable != NULL &&
		 tuplestore_tuple_count(data->tg_newtable) > 0) ||
		(data->tg_oldtable != NULL &&
		 tuplestore_tuple_count(data->tg_oldtable) > 0);
}

/* Must an error end the statement after all? */
static bool
passes_through(const ErrorData *error)
{
	return ERRCODE_TO_CATEGORY(error->sqlerrcode) ==
		ERRCODE_TO_CATEGORY(ERRCODE_QUERY_CANCELED);
}

/*
 * Count, or note a message, in a subtransaction; returns the error, if there was
 * one.
 */
static ErrorData *
try_to(TriggerData *data, const char *source, const char *message)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(caller);
	PG_TRY();
	{
		if (message == NULL)
			watch_statement(data, source);
		else
			watch_note(data, source, message);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	CurrentResourceOwner = owner;
	if (error != NULL && passes_through(error))
		ReThrowError(error);
	return error;
}

/* flag_low_quality() */
PG_FUNCTION_INFO_V1(flag_low_quality);
Datum
flag_low_quality(PG_FUNCTION_ARGS)
{
	const char *source = trigger_source(fcinfo);
	TriggerData *data = (TriggerData *) fcinfo->context;
	ErrorData  *error;

	if (!watch_triggers || !has_rows(data))
		return PointerGetDatum(NULL);
	error = try_to(data, source, NULL);
	if (error != NULL)
	{
		/*
		 * What went wrong may tell more than who labels may know, and its
		 * code whether there is such a source.
		 */
		ereport(WARNING,
				(errmsg("source \"%s\" did not count this statement", source),
				 errhint("annoqa.source_status says why; annoqa.evaluate_rules counts all rows again.")));
		(void) try_to(data, source,
					  error->message != NULL ? error->message : "unknown error");
	}
	return PointerGetDatum(NULL);
}
