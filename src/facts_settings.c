/*
 * facts_settings.c
 *		The settings of a source, from the jsonb that the caller gives.
 */
#include "postgres.h"

#include <math.h>

#include "facts_load.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

static const char *const column_names[N_SOURCE_COLUMNS] = {
	"item", "annotator", "label", "gold", "gold_flag", "labeled_at",
	"available_at", "seconds", "confidence", "vendor", "annotator_kind",
	"guideline", "batch", "stratum", "price", "skipped", "valid", "review",
	"suggestion"
};

static const char *const resolve_names[] = {
	"latest", "first", "error", "collect"
};

static const char *const conflict_names[] = {"refuse", "count"};

static const char *const consensus_names[] = {
	"majority", "weighted", "model", "median", "none"
};

static const char *const release_names[] = {"proven", "all", "none"};

/* Find a setting; NULL when it is not there, or null. */
static JsonbValue *
find(Jsonb *json, const char *key)
{
	JsonbValue *v;

	if (json == NULL)
		return NULL;
	v = getKeyJsonValueFromContainer(&json->root, key, strlen(key), NULL);
	return v == NULL || v->type == jbvNull ? NULL : v;
}

/* Refuse a setting of the wrong type. */
static void
wrong_setting(const char *key, const char *wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("setting \"%s\" must be %s", key, wanted)));
}

/* A setting that is a text, or NULL. */
static char *
text_setting(Jsonb *json, const char *key)
{
	JsonbValue *v = find(json, key);

	if (v == NULL)
		return NULL;
	if (v->type != jbvString)
		wrong_setting(key, "a string");
	return pnstrdup(v->val.string.val, v->val.string.len);
}

/* A setting that is true or false. */
static bool
bool_setting(Jsonb *json, const char *key, bool otherwise)
{
	JsonbValue *v = find(json, key);

	if (v == NULL)
		return otherwise;
	if (v->type != jbvBool)
		wrong_setting(key, "true or false");
	return v->val.boolean;
}

/* A setting that is a number. */
static double
number_setting(Jsonb *json, const char *key, double otherwise)
{
	JsonbValue *v = find(json, key);

	if (v == NULL)
		return otherwise;
	if (v->type != jbvNumeric)
		wrong_setting(key, "a number");
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8,
											  NumericGetDatum(v->val.numeric)));
}

/* A setting that is a count of at least 1. */
static int
count_setting(Jsonb *json, const char *key, int otherwise)
{
	double		d = number_setting(json, key, otherwise);

	if (!(d >= 1 && d <= 1000000) || d != floor(d))
		wrong_setting(key, "a whole number from 1 to 1000000");
	return (int) d;
}

/* A setting that is an array of texts; their number. */
static int
texts_setting(Jsonb *json, const char *key, char ***texts)
{
	JsonbValue *v = find(json, key);
	JsonbContainer *array;
	int			n;

	*texts = NULL;
	if (v == NULL)
		return 0;
	if (v->type != jbvBinary || !JsonContainerIsArray(v->val.binary.data))
		wrong_setting(key, "an array of strings");
	array = v->val.binary.data;
	n = JsonContainerSize(array);
	*texts = palloc(sizeof(char *) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		JsonbValue *e = getIthJsonbValueFromContainer(array, i);

		if (e->type != jbvString)
			wrong_setting(key, "an array of strings");
		(*texts)[i] = pnstrdup(e->val.string.val, e->val.string.len);
	}
	return n;
}

/* A setting that is one of some words. */
static int
word_setting(Jsonb *json, const char *key, const char *const *words, int n,
			 int otherwise)
{
	char	   *text = text_setting(json, key);

	if (text == NULL)
		return otherwise;
	for (int i = 0; i < n; i++)
		if (strcmp(text, words[i]) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("setting \"%s\" cannot be \"%s\"", key, text)));
	return 0;
}

/* A setting that is a time, with its zone. */
static int64
time_setting(Jsonb *json, const char *key)
{
	char	   *text = text_setting(json, key);
	TimestampTz at;

	if (text == NULL)
		return NO_TIME;
	at = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in,
												 CStringGetDatum(text),
												 ObjectIdGetDatum(InvalidOid),
												 Int32GetDatum(-1)));
	return at;
}

/* A setting that is an interval, in microseconds: a month has 30 days. */
static int64
interval_setting(Jsonb *json, const char *key, const char *otherwise)
{
	char	   *text = text_setting(json, key);
	Interval   *i;
	double		length;

	if (text == NULL)
		text = pstrdup(otherwise);
	i = DatumGetIntervalP(DirectFunctionCall3(interval_in,
											  CStringGetDatum(text),
											  ObjectIdGetDatum(InvalidOid),
											  Int32GetDatum(-1)));
	length = ((double) i->month * DAYS_PER_MONTH + i->day) * USECS_DAY +
		(double) i->time;
	if (!(length > 0 && length < 1e17))
		wrong_setting(key, "an interval longer than 0 and shorter than 3000 years");
	return (int64) length;
}

/* The zone in which days begin. */
static pg_tz *
zone_setting(Jsonb *json, const char *key)
{
	char	   *text = text_setting(json, key);
	pg_tz	   *tz = pg_tzset(text ? text : "UTC");

	if (tz == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" not recognized", text)));
	return tz;
}

/* Which columns the source names: all, unless it says so. */
static void
columns_setting(Jsonb *json, bool *has)
{
	char	  **names;
	int			n = texts_setting(json, "columns", &names);

	for (int c = 0; c < N_SOURCE_COLUMNS; c++)
	{
		has[c] = names == NULL || c <= SOURCE_LABEL;
		for (int i = 0; i < n; i++)
			has[c] |= strcmp(names[i], column_names[c]) == 0;
	}
}

/* A set of items; NULL for all. */
static char *
item_set_setting(Jsonb *json, const char *key)
{
	static const char *const words[] = {"all", "production", "gold"};
	int			set = word_setting(json, key, words, lengthof(words), 0);

	return set == 0 ? NULL : pstrdup(words[set]);
}

/* Read the rules by which votes become consensus, and rows labels. */
static void
rules_setting(Jsonb *json, const bool *has, FactRules *r)
{
	r->resolve = (ResolveRule)
		word_setting(json, "resolve", resolve_names, lengthof(resolve_names),
					 has[SOURCE_LABELED_AT] ? RESOLVE_LATEST : RESOLVE_ERROR);
	r->consensus = (ConsensusRule)
		word_setting(json, "consensus", consensus_names,
					 lengthof(consensus_names), CONSENSUS_MAJORITY);
	r->release_singles = (ReleaseRule)
		word_setting(json, "release_singles", release_names,
					 lengthof(release_names), RELEASE_PROVEN);
	r->threshold = number_setting(json, "consensus_threshold", 0.75);
	if (!(r->threshold >= 0 && r->threshold <= 1))
		wrong_setting("consensus_threshold", "a number between 0 and 1");
	r->required_labels = count_setting(json, "required_labels", 1);
	r->max_labels = count_setting(json, "max_labels", r->required_labels);
	if (find(json, "first_labels") != NULL)
		r->first_labels = count_setting(json, "first_labels", 1);
	r->models_vote = bool_setting(json, "models_vote", false);
	r->count_conflicts = word_setting(json, "conflicts", conflict_names,
									  lengthof(conflict_names), 0) == 1;
	r->gold_from_adjudication = bool_setting(json, "gold_from_adjudication",
											 false);
	r->has_review = has[SOURCE_REVIEW];
	r->has_suggestion = has[SOURCE_SUGGESTION];
	r->period = interval_setting(json, "period", "28 days");
}

/* Read all settings; NULL: all by default. */
void
facts_settings(FactSettings *s, Jsonb *json)
{
	memset(s, 0, sizeof(FactSettings));
	if (json != NULL && !JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("settings must be a JSON object")));
	columns_setting(json, s->has);
	rules_setting(json, s->has, &s->rules);
	s->annotators_query = text_setting(json, "annotators_query");
	s->cases_query = text_setting(json, "cases_query");
	s->answers_query = text_setting(json, "answers_query");
	s->n_edge_strata = texts_setting(json, "edge_strata", &s->edge_strata);
	s->tz = zone_setting(json, "timezone");
	s->bucket = text_setting(json, "bucket");
	s->since = time_setting(json, "since");
	s->until = time_setting(json, "until");
	s->vendor = text_setting(json, "vendor");
	s->annotator = text_setting(json, "annotator");
	s->item_set = item_set_setting(json, "item_set");
	s->alpha_item_set = item_set_setting(json, "alpha_item_set");
	s->level = text_setting(json, "level");
	s->people = bool_setting(json, "people", false);
	s->alpha = bool_setting(json, "alpha", false);
	s->backlog = bool_setting(json, "backlog", false);
	s->other_vendors = bool_setting(json, "other_vendors", true);
	s->coinciding = bool_setting(json, "coinciding", false);
	s->judge_floor = number_setting(json, "judge_floor", -1);
	s->batch_target = number_setting(json, "batch_target", 0);
	s->batch_confidence = number_setting(json, "batch_confidence", 0.95);
	if (!(s->batch_confidence > 0 && s->batch_confidence < 1))
		wrong_setting("batch_confidence", "a number between 0 and 1");
	s->calibration_size = count_setting(json, "calibration_size", 50);
	s->calibration_gate = number_setting(json, "calibration_gate", 0.9);
	s->n_calibration_batches = texts_setting(json, "calibration_batches",
											 &s->calibration_batches);
	if (s->n_calibration_batches != 0 && s->n_calibration_batches != 2)
		wrong_setting("calibration_batches", "an array of two names");
}
