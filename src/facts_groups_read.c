/*
 * facts_groups_read.c
 *		The counts of groups as rows: facts_groups(rows query, gold query,
 *		settings, by).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "facts_errors.h"
#include "facts_groups.h"
#include "facts_load.h"
#include "facts_show.h"
#include "rows.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* in the order of GroupKey */
static const char *const key_names[N_GROUP_KEYS] = {
	"annotator", "vendor", "stratum", "guideline", "batch", "bucket",
	"annotator_kind", "item_set", "edge_case", "suggested", "confidence_bin"
};

static const char *const set_names[] = {"production", "gold"};

/* The key that a word of a grouping names. */
static GroupKey
key_from_name(const char *name)
{
	for (int k = 0; k < N_GROUP_KEYS; k++)
		if (strcmp(name, key_names[k]) == 0)
			return (GroupKey) k;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("labels cannot be grouped by \"%s\"", name),
			 errhint("Keys are annotator, vendor, stratum, guideline, batch, bucket, annotator_kind, item_set, edge_case, suggested and confidence_bin.")));
	return KEY_ANNOTATOR;
}

/*
 * Read a list of keys, separated by commas; an empty one is the whole.  After
 * it ":extent" asks for facts and times alone, ":counts" for items, people and
 * what labels state, too, ":figures" for what trends show.
 */
static GroupDepth
read_keys(const char *list, bool *by)
{
	char	   *copy = pstrdup(list);
	char	   *suffix = strchr(copy, ':');
	GroupDepth	depth = DEPTH_ALL;

	if (suffix != NULL && strcmp(suffix, ":extent") == 0)
		depth = DEPTH_EXTENT;
	if (suffix != NULL && strcmp(suffix, ":counts") == 0)
		depth = DEPTH_COUNTS;
	if (suffix != NULL && strcmp(suffix, ":figures") == 0)
		depth = DEPTH_FIGURES;
	if (depth < DEPTH_ALL)
		*suffix = '\0';
	memset(by, 0, sizeof(bool) * N_GROUP_KEYS);
	for (char *word = strtok(copy, ", "); word; word = strtok(NULL, ", "))
		by[key_from_name(word)] = true;
	pfree(copy);
	return depth;
}

/* The number of a set of items, -1 for all. */
static int
set_number(const char *name)
{
	return name == NULL ? -1 : strcmp(name, "gold") == 0;
}

/* The level at which alpha reads the labels. */
static ScaleKind
alpha_level(const FactSettings *s)
{
	ScaleKind	kind;

	if (s->level == NULL)
		return s->rules.consensus == CONSENSUS_MEDIAN ?
			LEVEL_INTERVAL : LEVEL_NOMINAL;
	if (!scale_level_from_name(s->level, &kind) ||
		(kind != LEVEL_NOMINAL && kind != LEVEL_ORDINAL &&
		 kind != LEVEL_INTERVAL && kind != LEVEL_RATIO))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level \"%s\" is not one of a source", s->level),
				 errhint("Levels are nominal, ordinal, interval and ratio.")));
	return kind;
}

/* Put a name, or what stands for none or for all. */
static void
put_name(Rows *rows, bool by, const char *const *names, int32 code)
{
	put_text(rows, !by ? "(all)" : code < 0 ? "(none)" : names[code]);
}

/* Put the key of a group. */
static void
put_key(Rows *rows, const Facts *f, const Grouping *by, const FactGroup *g)
{
	const FactNames *const names[] = {
		&f->annotators, &f->vendors, &f->strata, &f->guidelines, &f->batches
	};
	int32		bucket = g->key[KEY_BUCKET];

	for (int k = KEY_ANNOTATOR; k <= KEY_BATCH; k++)
		put_name(rows, by->by[k], names[k]->text, g->key[k]);
	put_time(rows, by->by[KEY_BUCKET] ? by->buckets->start[bucket] : NO_TIME);
	put_name(rows, by->by[KEY_KIND], fact_kind_names, g->key[KEY_KIND]);
	put_name(rows, by->by[KEY_ITEM_SET], set_names, g->key[KEY_ITEM_SET]);
	for (int k = KEY_EDGE; k <= KEY_SUGGESTED; k++)
		if (by->by[k])
			put_bool(rows, g->key[k] == 1);
		else
			put_null(rows);
	put_count(rows, g->key[KEY_BIN] > 0 ? g->key[KEY_BIN] : -1);
	if (by->by[KEY_BUCKET])
		put_bool(rows, by->buckets->end[bucket] <= f->newest);
	else
		put_null(rows);
}

/* Put items, people and times of a group. */
static void
put_extent(Rows *rows, const Facts *f, GroupDepth depth, const FactGroup *g)
{
	bool		counts = depth >= DEPTH_COUNTS;
	bool		all = depth == DEPTH_ALL;

	put_count(rows, g->rows);
	put_count(rows, counts ? g->items : -1);
	put_count(rows, counts ? g->labeled_items : -1);
	put_count(rows, counts ? g->completed_items : -1);
	put_count(rows, counts ? g->disputed_items : -1);
	put_count(rows, counts ? g->revisited_items : -1);
	put_count(rows, counts ? g->annotators : -1);
	put_count(rows, all ? g->vendors : -1);
	put_count(rows, all ? g->active_days : -1);
	put_time(rows, g->first_at);
	put_time(rows, g->last_at);
	if (g->last_row < 0)
	{
		put_null(rows);
		put_null(rows);
		return;
	}
	put_name(rows, true, f->vendors.text, code_at(f->vendor, g->last_row));
	put_text(rows, fact_kind_names[row_kind(f, g->last_row)]);
}

/* facts that need gold */
#define FACTS_OF_GOLD \
	(FactFlag(BIT_SCORED) | FactFlag(BIT_CORRECT) | \
	 FactFlag(BIT_EDGE_SCORED) | FactFlag(BIT_EDGE_CORRECT) | \
	 FactFlag(BIT_STATED_SCORED) | FactFlag(BIT_STATED_CORRECT) | \
	 FactFlag(BIT_RECENT_SCORED) | \
	 FactFlag(BIT_RECENT_CORRECT) | FactFlag(BIT_SUGGESTION_WRONG) | \
	 FactFlag(BIT_WRONG_KEPT))

/* The column that a count needs besides; the label for those that need none. */
static SourceColumn
needed_column(FactBit bit)
{
	switch (bit)
	{
		case BIT_SKIP:
		case BIT_SKIPPED:
			return SOURCE_SKIPPED;
		case BIT_REVIEWED:
		case BIT_FIRST_ACCEPTED:
		case BIT_ACCEPTED:
			return SOURCE_REVIEW;
		case BIT_TIMED:
		case BIT_PACED:
		case BIT_FAST:
			return SOURCE_SECONDS;
		case BIT_STALE:
			return SOURCE_GUIDELINE;
		case BIT_STATED:
		case BIT_STATED_SCORED:
		case BIT_STATED_CORRECT:
			return SOURCE_CONFIDENCE;
		case BIT_VENDORS:
		case BIT_VENDORS_EQUAL:
			return SOURCE_VENDOR;
		case BIT_UNTIMED:
		case BIT_RECENT:
		case BIT_RECENT_SCORED:
		case BIT_RECENT_CORRECT:
		case BIT_BEFORE:
			return SOURCE_LABELED_AT;
		case BIT_SUGGESTED:
		case BIT_SUGGESTION_CHANGED:
		case BIT_SUGGESTION_WRONG:
		case BIT_WRONG_KEPT:
			return SOURCE_SUGGESTION;
		default:
			return SOURCE_LABEL;
	}
}

/* Does the source name what a count needs? */
static bool
can_count(const bool *has, FactBit bit)
{
	return has[needed_column(bit)] &&
		(has[SOURCE_GOLD] || !(FACTS_OF_GOLD & FactFlag(bit)));
}

/* Put a share of pairs with its interval. */
static void
put_pairs(Rows *rows, const PairSums *sums)
{
	Estimate	e;
	ErrorInterval i;

	pair_sums_error(sums, &e, &i);
	put_count(rows, sums->items);
	put_count(rows, sums->pairs);
	put_count(rows, sums->equal);
	put_float(rows, e.defined, e.value);
	put_float(rows, i.has_bounds, i.lower);
	put_float(rows, i.has_bounds, i.upper);
	put_float(rows, i.has_error, i.std_error);
}

/*
 * Put on how many items labels were scored, and the error of their accuracy by
 * items: several people's labels on one are not independent.
 */
static void
put_scores(Rows *rows, const bool *has, const PairSums *sums)
{
	Estimate	e;
	ErrorInterval i;

	pair_sums_error(sums, &e, &i);
	put_count(rows, has[SOURCE_GOLD] ? sums->items : -1);
	put_float(rows, i.has_error, i.std_error);
}

/* Put how long labels took, and what they cost. */
static void
put_costs(Rows *rows, const bool *has, GroupDepth depth, const FactGroup *g)
{
	bool		figures = depth >= DEPTH_FIGURES;
	bool		all = depth == DEPTH_ALL;
	bool		priced = has[SOURCE_PRICE];
	bool		initial = all && has[SOURCE_LABELED_AT];

	put_float(rows, figures && g->bits[BIT_TIMED] > 0, g->seconds_median);
	put_float(rows, all && has[SOURCE_SECONDS], decimal_value(g->seconds));
	put_float(rows, all && has[SOURCE_SECONDS], decimal_value(g->seconds_all));
	put_count(rows, figures && has[SOURCE_AVAILABLE_AT] ? g->turnarounds : -1);
	put_float(rows, figures && g->turnarounds > 0, g->turnaround_median);
	put_float(rows, all && g->turnarounds > 0, g->turnaround_p90);
	put_count(rows, figures && priced ? g->priced : -1);
	put_float(rows, figures && priced, decimal_value(g->price));
	put_float(rows, all && priced, decimal_value(g->rework_price));
	put_float(rows, all && priced, decimal_value(g->recent_price));
	put_float(rows, all && priced, decimal_value(g->initial_price));
	put_count(rows, initial ? g->initial : -1);
	put_count(rows, initial ? g->initial_scored : -1);
	put_count(rows, initial ? g->initial_correct : -1);
}

/* Put what the labels of a group are, and are mistaken for. */
static void
put_labels(Rows *rows, const Facts *f, const bool *has, GroupDepth depth,
		   const FactGroup *g)
{
	bool		all = depth == DEPTH_ALL;
	bool		stated = depth >= DEPTH_COUNTS && has[SOURCE_CONFIDENCE];

	put_float(rows, stated, exact_value(g->confidence));
	put_float(rows, stated && has[SOURCE_GOLD],
			  exact_value(g->confidence_scored));
	put_float(rows, stated && has[SOURCE_GOLD], exact_value(g->brier));
	put_float(rows, all && g->bits[BIT_LABEL] > 0, g->entropy);
	put_count(rows, all ? g->categories : -1);
	put_text(rows, g->top_expected < 0 ? NULL :
			 f->labels.text[g->top_expected]);
	put_text(rows, g->top_expected < 0 ? NULL : f->labels.text[g->top_given]);
	put_count(rows, all ? g->top_count : -1);
}

/* Put a group. */
static void
put_group(Rows *rows, const Facts *f, const bool *has, const Grouping *by,
		  const char *name, const FactGroup *g)
{
	put_text(rows, name);
	put_key(rows, f, by, g);
	put_extent(rows, f, by->depth, g);
	for (int b = 0; b < N_FACT_BITS; b++)
		put_count(rows, can_count(has, b) ? g->bits[b] : -1);
	put_pairs(rows, &g->pairs);
	put_float(rows, g->has_kappa, g->kappa);
	put_pairs(rows, &g->other_vendors);
	put_costs(rows, has, by->depth, g);
	put_labels(rows, f, has, by->depth, g);
	put_coefficient(rows, &g->alpha, &g->alpha_error);
	put_count(rows, by->alpha ? g->pairable_items : -1);
	put_count(rows, by->alpha ? g->alpha_labels : -1);
	put_coefficient(rows, &g->percent, &g->percent_error);
	put_count(rows, g->coinciding);
	put_float(rows, g->has_seconds_error, g->seconds_error);
	put_count(rows, by->by[KEY_BATCH] ? g->checked : -1);
	put_count(rows, by->by[KEY_BATCH] ? g->check_errors : -1);
	put_count(rows, by->backlog ? g->opened : -1);
	put_count(rows, by->backlog ? g->closed : -1);
	put_time(rows, f->newest);
	put_scores(rows, has, &g->scores);
	row_end(rows);
}

/* Count for each annotator the others whose errors coincide with theirs. */
static void
count_coinciding(const Facts *f, const FactSettings *s, GroupRows *groups)
{
	bool		wanted = s->coinciding && groups->by->by[KEY_ANNOTATOR];
	int64	   *count = wanted ? facts_coinciding(f) : NULL;

	for (int64 g = 0; g < groups->n; g++)
		groups->group[g].coinciding = count == NULL ? -1 :
			count[groups->group[g].key[KEY_ANNOTATOR]];
	if (count != NULL)
		pfree(count);
}

/* Group by one list of keys, and put its groups. */
static void
put_grouping(Rows *rows, const Facts *f, const FactSettings *s,
			 Grouping *by, const char *name, Buckets *buckets)
{
	GroupRows	groups;
	bool		whole = true;

	by->depth = read_keys(name, by->by);
	for (int k = 0; k < N_GROUP_KEYS; k++)
		whole &= !by->by[k];
	by->other_vendors = by->by[KEY_VENDOR] && s->other_vendors &&
		by->depth == DEPTH_ALL;
	if (by->by[KEY_BUCKET] && by->buckets == NULL)
	{
		facts_buckets(f, by->backlog, s->bucket, s->tz, buckets);
		by->buckets = buckets;
	}
	by->alpha = s->alpha && !by->by[KEY_ANNOTATOR] &&
		by->depth >= DEPTH_FIGURES;
	facts_group(f, by, &groups);
	count_coinciding(f, s, &groups);
	for (int64 g = 0; g < groups.n; g++)
	{
		const FactGroup *group = &groups.group[g];

		if (group->bits[BIT_TASK] > 0 || group->completed_items > 0 ||
			group->opened > 0 || group->closed > 0 || whole)
			put_group(rows, f, s->has, by, name, group);
	}
	facts_group_free(&groups);
}

/* facts_groups(rows_query, gold_query, settings, by) */
PG_FUNCTION_INFO_V1(facts_groups);
Datum
facts_groups(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	Facts	   *f;
	Grouping	by;
	Buckets		buckets;
	Buckets		days;
	Backlog		backlog;
	Datum	   *lists;
	bool	   *nulls;
	bool		by_vendor = false;
	int			n;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
		return (Datum) 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(3), TEXTOID, -1, false,
					  TYPALIGN_INT, &lists, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
		{
			(void) read_keys(TextDatumGetCString(lists[i]), by.by);
			by_vendor |= by.by[KEY_VENDOR];
		}
	f = facts_open(fcinfo, &s, by_vendor);
	memset(&by, 0, sizeof(by));
	by.level = alpha_level(&s);
	by.people = s.people;
	by.item_set = set_number(s.item_set);
	by.alpha_item_set = set_number(s.alpha_item_set);
	if (s.backlog)
	{
		facts_backlog(f, &backlog);
		by.backlog = &backlog;
	}
	if (f->at != NULL)
	{
		facts_buckets(f, NULL, "day", s.tz, &days);
		by.days = &days;
	}
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			put_grouping(&rows, f, &s, &by, TextDatumGetCString(lists[i]),
						 &buckets);
	facts_close(&s);
	return (Datum) 0;
}
