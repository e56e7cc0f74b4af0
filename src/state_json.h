/*
 * state_json.h
 *		What the JSON forms of stored types share.
 */
#ifndef ANNOQA_STATE_JSON_H
#define ANNOQA_STATE_JSON_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "wire.h"

/* an object of which every key must be known */
typedef struct JsonObject
{
	WireReader *r;
	Jsonb	   *json;
	int			n_known;		/* keys asked for and found */
} JsonObject;

/* a walk through an array of numbers and arrays */
typedef struct JsonWalk
{
	WireReader *r;
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;
} JsonWalk;

extern bool json_open(JsonObject *o, WireReader *r, char *text);
extern bool json_close(JsonObject *o);
extern const char *json_get_text(JsonObject *o, const char *key,
								 const char *otherwise);
extern bool json_get_dict(JsonObject *o, WireDict *w);
extern double json_get_float(JsonObject *o, const char *key);
extern bool json_has(const JsonObject *o, const char *key);
extern bool json_walk(JsonObject *o, const char *key, JsonWalk *walk);
extern bool json_enter(JsonWalk *walk);
extern bool json_leave(JsonWalk *walk);
extern int64 json_integer(JsonWalk *walk);
extern double json_float(JsonWalk *walk);
extern void json_sum(JsonWalk *walk, WideSum *sum);
extern int32 json_code(JsonWalk *walk, int32 n);

extern void json_start(StringInfo buf, const Dict *d, const LabelView *view);
extern void json_number(StringInfo buf, int64 n);
extern void json_put_float(StringInfo buf, double value);
extern void json_put_sum(StringInfo buf, const ExactSum *sum);
extern Datum json_datum(StringInfo buf);
extern Datum jsonb_datum(StringInfo buf);

#endif							/* ANNOQA_STATE_JSON_H */
