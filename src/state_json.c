/*
 * state_json.c
 *		What the JSON forms of stored types share.
 *
 * The server's own jsonb reads them; here is checked only what stands where.
 */
#include "postgres.h"

#include <errno.h>
#include <math.h>

#include "common/shortest_dec.h"
#include "compat.h"
#include "state_json.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/numeric.h"
#include "utils/memutils.h"

/* Parse a text that must be an object. */
bool
json_open(JsonObject *o, WireReader *r, char *text)
{
	Datum		json;

	o->r = r;
	o->n_known = 0;
	if (!annoqa_direct_input(jsonb_in, text, r->context, &json))
	{
		r->failed = true;
		return false;
	}
	o->json = DatumGetJsonbP(json);
	if (!JB_ROOT_IS_OBJECT(o->json))
		wire_fail(r, "It is not a JSON object.");
	return !r->failed;
}

/* See that the object had no other keys; says whether all went well. */
bool
json_close(JsonObject *o)
{
	if (!o->r->failed && (int) JB_ROOT_COUNT(o->json) != o->n_known)
		wire_fail(o->r, "It has a key that is not known here.");
	return !o->r->failed;
}

/* The value of a key; NULL when it is not there. */
static JsonbValue *
get_value(JsonObject *o, const char *key, JsonbValue *value)
{
	JsonbValue *found;

	if (o->r->failed)
		return NULL;
	found = getKeyJsonValueFromContainer(&o->json->root, key, strlen(key),
										 value);
	if (found != NULL)
		o->n_known++;
	return found;
}

/* The text of a key, or another when it is not there. */
const char *
json_get_text(JsonObject *o, const char *key, const char *otherwise)
{
	JsonbValue	value;

	if (get_value(o, key, &value) == NULL)
		return otherwise;
	if (value.type != jbvString)
	{
		wire_fail(o->r, "Key \"%s\" is not a string.", key);
		return otherwise;
	}
	return pnstrdup(value.val.string.val, value.val.string.len);
}

/* Is this key there? */
bool
json_has(const JsonObject *o, const char *key)
{
	JsonbValue	value;

	return !o->r->failed &&
		getKeyJsonValueFromContainer(&o->json->root, key, strlen(key),
									 &value) != NULL;
}

/* The double that a number is, or a failure beyond its range. */
static double
number_as_float(WireReader *r, Numeric number)
{
	char	   *digits = numeric_normalize(number);
	double		value = strtod(digits, NULL);

	if (isinf(value))
		wire_fail(r, "%.40s is out of range for type double precision.",
				  digits);
	pfree(digits);
	return r->failed ? 0 : value;
}

/* The number of a key, which must be there. */
double
json_get_float(JsonObject *o, const char *key)
{
	JsonbValue	value;

	if (get_value(o, key, &value) == NULL || value.type != jbvNumeric)
	{
		wire_fail(o->r, "Key \"%s\" is not a number.", key);
		return 0;
	}
	return number_as_float(o->r, value.val.numeric);
}

/* Start walking through the array of a key. */
bool
json_walk(JsonObject *o, const char *key, JsonWalk *walk)
{
	JsonbValue	value;

	walk->r = o->r;
	if (get_value(o, key, &value) == NULL)
	{
		wire_fail(o->r, "Key \"%s\" is missing.", key);
		return false;
	}
	if (value.type != jbvBinary || !JsonContainerIsArray(value.val.binary.data))
	{
		wire_fail(o->r, "Key \"%s\" is not an array.", key);
		return false;
	}
	walk->it = JsonbIteratorInit(value.val.binary.data);
	walk->token = JsonbIteratorNext(&walk->it, &walk->value, false);
	return json_enter(walk);
}

/* Go into an array, which must come next. */
bool
json_enter(JsonWalk *walk)
{
	if (!walk->r->failed && walk->token != WJB_BEGIN_ARRAY)
		wire_fail(walk->r, "An array is missing.");
	if (walk->r->failed)
		return false;
	walk->token = JsonbIteratorNext(&walk->it, &walk->value, false);
	return true;
}

/* Leave an array if it ends here; a failure ends all arrays. */
bool
json_leave(JsonWalk *walk)
{
	if (walk->r->failed)
		return true;
	if (walk->token != WJB_END_ARRAY)
		return false;
	walk->token = JsonbIteratorNext(&walk->it, &walk->value, false);
	return true;
}

/* See that a number comes next. */
static bool
number_is_next(JsonWalk *walk)
{
	if (!walk->r->failed &&
		(walk->token != WJB_ELEM || walk->value.type != jbvNumeric))
		wire_fail(walk->r, "A number is missing.");
	return !walk->r->failed;
}

/* Read a number, which must come next and be a bigint. */
int64
json_integer(JsonWalk *walk)
{
	char	   *digits,
			   *end;
	long long	n;

	if (!number_is_next(walk))
		return 0;
	digits = numeric_normalize(walk->value.val.numeric);
	errno = 0;
	n = strtoll(digits, &end, 10);
	if (errno != 0 || *end != '\0')
		wire_fail(walk->r, "%.40s is not an integer of 64 bits.", digits);
	pfree(digits);
	walk->token = JsonbIteratorNext(&walk->it, &walk->value, false);
	return walk->r->failed ? 0 : (int64) n;
}

/* Read a number, which must come next and be in the range of double. */
double
json_float(JsonWalk *walk)
{
	double		value;

	if (!number_is_next(walk))
		return 0;
	value = number_as_float(walk->r, walk->value.val.numeric);
	walk->token = JsonbIteratorNext(&walk->it, &walk->value, false);
	return value;
}

/* Read an exact sum: a number, or an array of numbers to be added. */
void
json_sum(JsonWalk *walk, WideSum *sum)
{
	memset(sum, 0, sizeof(WideSum));
	if (walk->token != WJB_BEGIN_ARRAY)
	{
		(void) exact_sum_add(&sum->sum, EXACT_SUM_DIGITS, json_float(walk));
		return;
	}
	(void) json_enter(walk);
	while (!json_leave(walk))
		(void) exact_sum_add(&sum->sum, EXACT_SUM_DIGITS, json_float(walk));
}

/* Read a code below n. */
int32
json_code(JsonWalk *walk, int32 n)
{
	int64		code = json_integer(walk);

	if (!walk->r->failed && (code < 0 || code >= n))
		wire_fail(walk->r, "Code %lld is not among %d.", (long long) code, n);
	return walk->r->failed ? 0 : (int32) code;
}

/* Read the array of labels. */
static void
get_labels(JsonObject *o, WireDict *w)
{
	JsonWalk	walk;
	int32		cap = 8;

	w->text = palloc(sizeof(char *) * cap);
	if (!json_walk(o, "labels", &walk))
		return;
	while (!json_leave(&walk))
	{
		if (walk.token != WJB_ELEM || walk.value.type != jbvString)
		{
			wire_fail(o->r, "A label is not a string.");
			return;
		}
		if (w->n == cap)
			w->text = repalloc_huge(w->text, sizeof(char *) * (cap *= 2));
		w->text[w->n++] = pnstrdup(walk.value.val.string.val,
								   walk.value.val.string.len);
		walk.token = JsonbIteratorNext(&walk.it, &walk.value, false);
	}
}

/* Read the keys that tell of labels, and check them. */
bool
json_get_dict(JsonObject *o, WireDict *w)
{
	const char *kind;
	JsonbValue	value;

	memset(w, 0, sizeof(WireDict));
	kind = json_get_text(o, "kind", "");
	w->qualifier = json_get_text(o, "type", "");
	if (!o->r->failed && !label_kind_from_name(kind, &w->kind))
		wire_fail(o->r, "\"%s\" is not a kind of labels.", kind);
	if (get_value(o, "declared", &value) != NULL)
	{
		if (value.type != jbvBool)
			wire_fail(o->r, "Key \"declared\" is neither true nor false.");
		else
			w->declared = value.val.boolean;
	}
	get_labels(o, w);
	return wire_dict_check(o->r, w, "label");
}

/* Start an object with the keys that tell of labels. */
void
json_start(StringInfo buf, const Dict *d, const LabelView *view)
{
	initStringInfo(buf);
	appendStringInfo(buf, "{\"kind\": \"%s\"",
					 label_kind_name((LabelKind) d->kind));
	if (d->qualifier_len > 0)
	{
		appendStringInfoString(buf, ", \"type\": ");
		escape_json(buf, DictQualifier(d));
	}
	if (d->declared)
		appendStringInfoString(buf, ", \"declared\": true");
	appendStringInfoString(buf, ", \"labels\": [");
	for (int i = 0; i < view->n; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		escape_json(buf, view->text[i]);
	}
	appendStringInfoChar(buf, ']');
}

/* Write a number. */
void
json_number(StringInfo buf, int64 n)
{
	char		digits[MAXINT8LEN + 1];

	appendBinaryStringInfo(buf, digits, pg_lltoa(n, digits));
}

/* Write the shortest number that reads as this finite double. */
void
json_put_float(StringInfo buf, double value)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(value, digits);
	appendStringInfoString(buf, digits);
}

/*
 * Write an exact sum within the range of double: a number, or an array of those
 * that add up to it.
 */
void
json_put_sum(StringInfo buf, const ExactSum *sum)
{
	double		parts[EXACT_SUM_PARTS];
	int			n = exact_sum_parts(sum, parts);

	Assert(n >= 0);
	if (n < 2)
	{
		json_put_float(buf, n == 1 ? parts[0] : 0);
		return;
	}
	for (int i = 0; i < n; i++)
	{
		appendStringInfoString(buf, i == 0 ? "[" : ", ");
		json_put_float(buf, parts[i]);
	}
	appendStringInfoChar(buf, ']');
}

/* What was written, as json. */
Datum
json_datum(StringInfo buf)
{
	return PointerGetDatum(cstring_to_text_with_len(buf->data, buf->len));
}

/* What was written, as jsonb. */
Datum
jsonb_datum(StringInfo buf)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(buf->data));
}
