/*
 * wire.h
 *		What the binary forms of all stored types share: numbers in network byte
 *		order, texts in UTF-8, dictionaries.
 *
 * A reader fails once and then reads zeros, so that a loop need only look at
 * "failed".  What it reads is believed only as far as bytes are there to hold
 * it.
 */
#ifndef ANNOQA_WIRE_H
#define ANNOQA_WIRE_H

#include "postgres.h"
#include "dict.h"
#include "exact_sum.h"
#include "intern.h"
#include "lib/stringinfo.h"
#include "nodes/nodes.h"
#include "state.h"
#include "view.h"

/* reading one value, from bytes or from text */
typedef struct WireReader
{
	const char *type_name;		/* for messages */
	bool		text;			/* malformed is 22P02, else 22P03 */
	Node	   *context;		/* where soft errors go, or NULL */
	bool		failed;
	StringInfo	buf;			/* the bytes, if there are any */
} WireReader;

/* a dictionary that has been read and may be believed */
typedef struct WireDict
{
	LabelKind	kind;
	bool		declared;
	const char *qualifier;
	int32		n;
	const char **text;
	Size		text_size;		/* of a Dict that holds it */
	Intern	   *intern;			/* knows the texts by their codes */
} WireDict;

extern void wire_fail(WireReader *r, const char *fmt,...)
			pg_attribute_printf(2, 3);

/* bytes that a code below n takes: 1, 2 or 4 */
extern int	wire_width(int64 n);

extern void wire_start(StringInfo buf, StateType type);
extern void wire_start_layout(StringInfo buf, StateType type, uint8 layout);
extern void wire_put(StringInfo buf, int width, uint32 value);
extern void wire_put_text(StringInfo buf, const char *text);
extern void wire_put_sum(StringInfo buf, const ExactSum *sum);
extern void wire_put_scale(StringInfo buf, uint8 scale);
extern void wire_put_dict(StringInfo buf, const Dict *d,
						  const LabelView *view);

extern void wire_open(WireReader *r, StateType type);
extern uint8 wire_open_layout(WireReader *r, StateType type, uint8 layouts);
extern uint32 wire_get(WireReader *r, int width);
extern int32 wire_get_code(WireReader *r, int width, int32 n);
extern int64 wire_get_int64(WireReader *r);
extern int64 wire_get_count(WireReader *r, Size at_least);
extern const char *wire_get_text(WireReader *r);
extern void wire_get_sum(WireReader *r, WideSum *sum);
extern uint8 wire_get_scale(WireReader *r);
extern bool wire_get_dict(WireReader *r, WireDict *w, const char *role);
extern bool wire_close(WireReader *r);

extern bool wire_dict_check(WireReader *r, WireDict *w, const char *role);
extern void wire_dict_fill(const WireDict *w, Dict *d);
extern Dict *wire_dict_make(const WireDict *w);
extern bool wire_dict_sorted(WireReader *r, const Dict *d);
extern void wire_total(WireReader *r, int64 *total, int64 count,
					   int64 times);

extern char *wire_base64(const bytea *bytes);
extern bool wire_unbase64(WireReader *r, const char *text);

/* Check what must hold of a dictionary; for validators under assertions. */
extern bool dict_is_valid(const Dict *d);

#endif							/* ANNOQA_WIRE_H */
