/*
 * wire.c
 *		What the binary forms of all stored types share.
 *
 * Texts are UTF-8 whatever the encodings of client and server are, so that the
 * bytes can also be stored as base64.  (A database in SQL_ASCII does not know
 * its encoding; there bytes pass as they are.)
 */
#include "postgres.h"

#include "common/base64.h"
#include "common/int.h"
#include "compat.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "reading.h"
#include "utils/memutils.h"
#include "wire.h"

/* a value as short as this holds no state */
#define WIRE_HEADER 3

/* Say that the value is malformed, and read no more. */
void
wire_fail(WireReader *r, const char *fmt,...)
{
	char		detail[256];
	va_list		args;

	if (r->failed)
		return;
	r->failed = true;
	va_start(args, fmt);
	vsnprintf(detail, sizeof(detail), fmt, args);
	va_end(args);
	/* a text that was cut must end with a whole character */
	detail[pg_mbcliplen(detail, strlen(detail), sizeof(detail) - 1)] = '\0';
	annoqa_save(r->context,
				(errcode(r->text ? ERRCODE_INVALID_TEXT_REPRESENTATION :
						 ERRCODE_INVALID_BINARY_REPRESENTATION),
				 r->text ?
				 errmsg("invalid input syntax for type %s", r->type_name) :
				 errmsg("invalid binary value of type %s", r->type_name),
				 errdetail_internal("%s", detail)));
}

/* Bytes that a code below n takes. */
int
wire_width(int64 n)
{
	return n <= 256 ? 1 : n <= 65536 ? 2 : 4;
}

/* Start the binary form of a type that has several layouts. */
void
wire_start_layout(StringInfo buf, StateType type, uint8 layout)
{
	pq_begintypsend(buf);
	pq_sendint8(buf, type);
	pq_sendint8(buf, STATE_FORMAT);
	pq_sendint8(buf, layout);
}

/* Start the binary form of a type that has one layout. */
void
wire_start(StringInfo buf, StateType type)
{
	wire_start_layout(buf, type, 0);
}

/* Write a number of that width. */
void
wire_put(StringInfo buf, int width, uint32 value)
{
	if (width == 1)
		pq_sendint8(buf, (uint8) value);
	else if (width == 2)
		pq_sendint16(buf, (uint16) value);
	else
		pq_sendint32(buf, value);
}

/* Write a text with its length. */
void
wire_put_text(StringInfo buf, const char *text)
{
	char	   *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);
	Size		len = strlen(utf8);

	pq_sendint32(buf, (uint32) len);
	pq_sendbytes(buf, utf8, len);
	if (utf8 != text)
		pfree(utf8);
}

/* Write an exact sum: place of its first digit, how many there are, digits. */
void
wire_put_sum(StringInfo buf, const ExactSum *sum)
{
	pq_sendint8(buf, sum->low);
	pq_sendint8(buf, sum->n);
	for (int i = 0; i < sum->n; i++)
		pq_sendint32(buf, sum->digit[i]);
}

/* Write the scale of a one-call form, by its name. */
void
wire_put_scale(StringInfo buf, uint8 scale)
{
	const char *level,
			   *weights;

	scale_code_names(scale, &level, &weights);
	pq_sendint8(buf, level ? 'L' : weights ? 'W' : 0);
	if (level || weights)
		wire_put_text(buf, level ? level : weights);
}

/* Write a dictionary in canonical order. */
void
wire_put_dict(StringInfo buf, const Dict *d, const LabelView *view)
{
	pq_sendint8(buf, d->kind);
	pq_sendint8(buf, d->declared ? 1 : 0);
	wire_put_text(buf, DictQualifier(d));
	pq_sendint32(buf, (uint32) d->n);
	for (int32 i = 0; i < d->n; i++)
		wire_put_text(buf, view->text[i]);
}

/* Bytes not yet read. */
static Size
wire_left(const WireReader *r)
{
	return r->failed ? 0 : (Size) (r->buf->len - r->buf->cursor);
}

/* The next len bytes, or NULL. */
static const char *
wire_bytes(WireReader *r, Size len)
{
	const char *p;

	if (wire_left(r) < len)
	{
		wire_fail(r, "It ends too early.");
		return NULL;
	}
	p = r->buf->data + r->buf->cursor;
	r->buf->cursor += (int) len;
	return p;
}

/* Read the first bytes, which say what follows: some bits of "layouts". */
uint8
wire_open_layout(WireReader *r, StateType type, uint8 layouts)
{
	const uint8 *p = (const uint8 *) wire_bytes(r, WIRE_HEADER);

	if (p == NULL)
		return 0;
	if (p[0] != type)
		wire_fail(r, "It does not begin as a value of this type.");
	else if (p[1] == 0 || p[1] > STATE_FORMAT)
		wire_fail(r, "It has format %d, this library reads up to %d.",
				  p[1], STATE_FORMAT);
	else if (p[2] & ~layouts)
		wire_fail(r, layouts == 0 ? "A reserved byte is not zero." :
				  "It has a layout that is not known here.");
	return r->failed ? 0 : p[2];
}

/* Read the first bytes of a type that has one layout. */
void
wire_open(WireReader *r, StateType type)
{
	(void) wire_open_layout(r, type, 0);
}

/* Read a number of that width. */
uint32
wire_get(WireReader *r, int width)
{
	const uint8 *p = (const uint8 *) wire_bytes(r, width);
	uint32		value = 0;

	if (p != NULL)
		for (int i = 0; i < width; i++)
			value = (value << 8) | p[i];
	return value;
}

/* Read a code below n. */
int32
wire_get_code(WireReader *r, int width, int32 n)
{
	uint32		code = wire_get(r, width);

	if (!r->failed && code >= (uint32) n)
		wire_fail(r, "Code %u is not among %d.", code, n);
	return r->failed ? 0 : (int32) code;
}

/* Read a number of 64 bits. */
int64
wire_get_int64(WireReader *r)
{
	uint64		high = wire_get(r, 4);

	return (int64) ((high << 32) | wire_get(r, 4));
}

/* Read how many things follow that take at least so many bytes each. */
int64
wire_get_count(WireReader *r, Size at_least)
{
	uint32		n = wire_get(r, 4);

	if (n > wire_left(r) / at_least)
	{
		wire_fail(r, "A count of %u is more than there are bytes for.", n);
		return 0;
	}
	return n;
}

/* Read a text; after a failure an empty one. */
const char *
wire_get_text(WireReader *r)
{
	uint32		len = wire_get(r, 4);
	const char *p = wire_bytes(r, len);
	char	   *copy;

	if (p == NULL)
		return "";
	if (memchr(p, 0, len) != NULL ||
		(GetDatabaseEncoding() != PG_SQL_ASCII &&
		 !pg_verify_mbstr(PG_UTF8, p, (int) len, true)))
	{
		wire_fail(r, "A text is not valid in encoding UTF8.");
		return "";
	}
	copy = pnstrdup(p, len);
	if (GetDatabaseEncoding() == PG_SQL_ASCII)
		return copy;
	return pg_any_to_server(copy, (int) len, PG_UTF8);
}

/* Read an exact sum; after a failure 0. */
void
wire_get_sum(WireReader *r, WideSum *sum)
{
	uint32		low = wire_get(r, 1);
	uint32		n = wire_get(r, 1);

	memset(sum, 0, sizeof(WideSum));
	if (low + n > EXACT_SUM_DIGITS)
		wire_fail(r, "A sum has too many digits.");
	if (r->failed)
		return;
	sum->sum.low = (uint8) low;
	sum->sum.n = (uint8) n;
	for (uint32 i = 0; i < n; i++)
		sum->sum.digit[i] = wire_get(r, 4);
	if (!r->failed && !exact_sum_is_valid(&sum->sum))
		wire_fail(r, "A sum is not in its shortest form.");
	if (r->failed)
		memset(sum, 0, sizeof(WideSum));
}

/* Read the scale of a one-call form. */
uint8
wire_get_scale(WireReader *r)
{
	uint32		which = wire_get(r, 1);
	const char *name;

	if (which == 0)
		return 0;
	if (which != 'L' && which != 'W')
	{
		wire_fail(r, "A scale is neither level nor weights.");
		return 0;
	}
	name = wire_get_text(r);
	return r->failed ? 0 : scale_code_from_name(name, which == 'L');
}

/* Read a dictionary and check it. */
bool
wire_get_dict(WireReader *r, WireDict *w, const char *role)
{
	uint32		kind,
				declared;

	memset(w, 0, sizeof(WireDict));
	kind = wire_get(r, 1);
	declared = wire_get(r, 1);
	w->qualifier = wire_get_text(r);
	w->n = (int32) wire_get_count(r, sizeof(uint32));
	if (kind > LABEL_KIND_LAST || declared > 1)
		wire_fail(r, "A dictionary is of no known kind.");
	if (r->failed)
		return false;
	w->kind = (LabelKind) kind;
	w->declared = declared != 0;
	w->text = MemoryContextAllocHuge(CurrentMemoryContext,
									 sizeof(char *) * Max(w->n, 1));
	for (int32 i = 0; i < w->n && !r->failed; i++)
		w->text[i] = wire_get_text(r);
	return wire_dict_check(r, w, role);
}

/* See that nothing is left; says whether all went well. */
bool
wire_close(WireReader *r)
{
	if (wire_left(r) > 0)
		wire_fail(r, "Something follows its end.");
	return !r->failed;
}

/* Add to a total that a state must be able to hold. */
void
wire_total(WireReader *r, int64 *total, int64 count, int64 times)
{
	int64		product;

	if (count <= 0)
		wire_fail(r, "Count %lld is not positive.", (long long) count);
	else if (pg_mul_s64_overflow(count, times, &product) ||
			 pg_add_s64_overflow(*total, product, total))
		wire_fail(r, "The counts add up to more than a bigint holds.");
}

/* The base64 of a binary form. */
char *
wire_base64(const bytea *bytes)
{
	int			len = VARSIZE(bytes) - VARHDRSZ;
	int			size = pg_b64_enc_len(len);
	char	   *text;

	if ((Size) size >= MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the text form would exceed %zu bytes",
						(Size) MaxAllocSize),
				 errhint("Copy it in binary format.")));
	text = palloc((Size) size + 1);
	size = annoqa_b64_encode(VARDATA(bytes), len, text, size);
	if (size < 0)
		elog(ERROR, "could not encode base64");
	text[size] = '\0';
	return text;
}

/* Let the reader read the bytes of a base64 text. */
bool
wire_unbase64(WireReader *r, const char *text)
{
	int			len = strlen(text);
	int			size = pg_b64_dec_len(len);
	StringInfo	buf = palloc0(sizeof(StringInfoData));

	buf->data = palloc((Size) size + 1);
	buf->len = annoqa_b64_decode(text, len, buf->data, size);
	buf->maxlen = size + 1;
	r->buf = buf;
	if (buf->len < 0)
	{
		buf->len = 0;
		wire_fail(r, "It is not base64.");
	}
	return !r->failed;
}
