/*
 * rows.h
 *		Returning rows: columns are put one after the other.
 */
#ifndef ANNOQA_ROWS_H
#define ANNOQA_ROWS_H

#include "funcapi.h"

#define MAX_COLUMNS 160

typedef struct Rows
{
	Tuplestorestate *store;
	TupleDesc	desc;
	Datum		values[MAX_COLUMNS];
	bool		nulls[MAX_COLUMNS];
	int			n;				/* columns put so far */
	MemoryContext texts;		/* those of the row */
} Rows;

extern void rows_begin(Rows *rows, FunctionCallInfo fcinfo);
extern void row_end(Rows *rows);
extern void put_null(Rows *rows);
extern void put_text(Rows *rows, const char *text);	/* NULL: none */
extern void put_float(Rows *rows, bool known, double value);
extern void put_count(Rows *rows, int64 value); /* negative: none */
extern void put_time(Rows *rows, int64 at);	/* the least: none */
extern void put_bool(Rows *rows, bool value);
extern void put_datum(Rows *rows, Datum value);

#endif							/* ANNOQA_ROWS_H */
