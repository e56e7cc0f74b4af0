/*
 * rows.c
 *		Returning rows.
 */
#include "postgres.h"

#include <math.h>

#include "rows.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

/* Prepare to return rows from a set-returning function. */
void
rows_begin(Rows *rows, FunctionCallInfo fcinfo)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	rows->store = rsinfo->setResult;
	rows->desc = rsinfo->setDesc;
	rows->n = 0;
	rows->texts = AllocSetContextCreate(CurrentMemoryContext,
										"annoqa texts of a row",
										ALLOCSET_SMALL_SIZES);
	Assert(rows->desc->natts <= MAX_COLUMNS);
}

/* Hand out the row whose columns have been put. */
void
row_end(Rows *rows)
{
	if (rows->n != rows->desc->natts)
		elog(ERROR, "row has %d columns, not %d", rows->n, rows->desc->natts);
	tuplestore_putvalues(rows->store, rows->desc, rows->values, rows->nulls);
	rows->n = 0;
	MemoryContextReset(rows->texts);
}

/* Put any value. */
void
put_datum(Rows *rows, Datum value)
{
	rows->values[rows->n] = value;
	rows->nulls[rows->n++] = false;
}

/* Put NULL. */
void
put_null(Rows *rows)
{
	rows->values[rows->n] = (Datum) 0;
	rows->nulls[rows->n++] = true;
}

/* Put a text, or NULL for none. */
void
put_text(Rows *rows, const char *text)
{
	MemoryContext old;

	if (text == NULL)
	{
		put_null(rows);
		return;
	}
	old = MemoryContextSwitchTo(rows->texts);
	put_datum(rows, CStringGetTextDatum(text));
	MemoryContextSwitchTo(old);
}

/* Put a number, or NULL when it is not known. */
void
put_float(Rows *rows, bool known, double value)
{
	if (!known)
		put_null(rows);
	else if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a figure is out of range for type double precision")));
	else
		put_datum(rows, Float8GetDatum(value));
}

/* Put a count, or NULL for a negative one. */
void
put_count(Rows *rows, int64 value)
{
	if (value < 0)
		put_null(rows);
	else
		put_datum(rows, Int64GetDatum(value));
}

/* Put a timestamp with time zone; the least integer stands for none. */
void
put_time(Rows *rows, int64 at)
{
	if (at == PG_INT64_MIN)
		put_null(rows);
	else
		put_datum(rows, TimestampTzGetDatum(at));
}

/* Put a truth value. */
void
put_bool(Rows *rows, bool value)
{
	put_datum(rows, BoolGetDatum(value));
}
