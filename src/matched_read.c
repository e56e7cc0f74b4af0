/*
 * matched_read.c
 *		Consensus of boxes and ranges as SQL calls it.
 *
 * The aggregate over one item's rows (annotator, object) keeps a log of ratings
 * of its own kind: in it annotators stand where items do, the text of each
 * object is the label, an empty text where an annotator found nothing, and
 * quorum, least overlap and type stand together in one text where the annotator
 * does, so that merging them tells whether they differ.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "array.h"
#include "item_key.h"
#include "log_merge.h"
#include "matched_objects.h"
#include "miscadmin.h"
#include "options.h"
#include "ratings.h"
#include "rows.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "view.h"

#define DEFAULT_MIN_OVERLAP 0.5

/* what the transition function remembers between rows */
typedef struct MatchedCache
{
	Intern	   *intern[LOG_DICTS];
	Intern	   *object;			/* knows the type of the objects */
	ItemKeys	annotators;		/* when they are integers */
	LogInfo		info;
	MatchOptions options;		/* of the last row, */
	const Spelling *option_text;	/* and how they are kept */
} MatchedCache;

/* an object in the log of one item */
typedef struct MatchedRow
{
	const char *text;
	int64		annotator;		/* the number, or the rank of the name */
	int			owner;
} MatchedRow;

#define ST_SORT sort_by_annotator
#define ST_ELEMENT_TYPE MatchedRow
#define ST_COMPARE(a, b) \
	((a)->annotator < (b)->annotator ? -1 : (a)->annotator > (b)->annotator)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Order by text first, so that it does not matter which row came first. */
static inline int
compare_rows(const MatchedRow *a, const MatchedRow *b)
{
	int			order = strcmp(a->text, b->text);

	return order != 0 ? order : (a->owner > b->owner) - (a->owner < b->owner);
}

#define ST_SORT sort_by_object
#define ST_ELEMENT_TYPE MatchedRow
#define ST_COMPARE(a, b) compare_rows(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Read an argument that is a share above 0; NULL or not there: the default. */
static double
share_argument(FunctionCallInfo fcinfo, int arg, const char *name,
			   double otherwise)
{
	double		share;

	if (PG_NARGS() <= arg || PG_ARGISNULL(arg))
		return otherwise;
	share = PG_GETARG_FLOAT8(arg);
	if (!(share > 0 && share <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be above 0 and at most 1, not %g",
						name, share),
				 percentage_hint(share)));
	return share;
}

/* Read quorum and least overlap from some place on. */
static MatchOptions
match_options(FunctionCallInfo fcinfo, int arg)
{
	MatchOptions options;

	options.quorum = share_argument(fcinfo, arg, "quorum", 0);
	options.min_overlap = share_argument(fcinfo, arg + 1, "min_overlap",
										 DEFAULT_MIN_OVERLAP);
	return options;
}

/* Refuse what is neither box nor range. */
static void
check_object_kind(LabelKind kind)
{
	if (kind != LABEL_SPAN)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("values of kind \"%s\" do not overlap one another",
						label_kind_name(kind)),
				 errhint("Matching needs values of type box, or of a range or multirange type.")));
}

/* Make the cache of a call site. */
static MatchedCache *
matched_cache(FunctionCallInfo fcinfo)
{
	MemoryContext cxt = fcinfo->flinfo->fn_mcxt;
	MatchedCache *cache = MemoryContextAllocZero(cxt, sizeof(MatchedCache));
	Oid			annotator = get_fn_expr_argtype(fcinfo->flinfo, 1);
	Oid			object = get_fn_expr_argtype(fcinfo->flinfo, 2);

	check_not_own_type(fcinfo, annotator, "annotator");
	check_not_own_type(fcinfo, object, "label");
	cache->object = intern_create(cxt, object, PG_GET_COLLATION(), "label");
	check_object_kind(cache->object->type.kind);
	cache->info.flags = LOG_ANNOTATORS;
	if (is_integer_type(getBaseType(annotator)))
	{
		item_keys_init(&cache->annotators, annotator, PG_GET_COLLATION(),
					   "annotator", cxt);
		cache->info.item_kind = ITEMS_INTEGER;
	}
	else
	{
		cache->info.item_kind = ITEMS_NAMED;
		cache->intern[LOG_ITEM_NAMES] =
			intern_create(cxt, annotator, PG_GET_COLLATION(), "annotator");
		cache->intern[LOG_ITEM_NAMES]->n_categories = 0;
	}
	cache->intern[LOG_LABELS] = intern_for_space(cxt, LABEL_TEXT, "", "label");
	cache->intern[LOG_ANNOTATOR_NAMES] = intern_for_space(cxt, LABEL_TEXT, "",
														  "label");
	fcinfo->flinfo->fn_extra = cache;
	return cache;
}

/* How the options of a row are kept. */
static const Spelling *
option_spelling(MatchedCache *cache, const MatchOptions *options)
{
	char		text[64 + NAMEDATALEN * 8];

	if (cache->option_text != NULL &&
		cache->options.quorum == options->quorum &&
		cache->options.min_overlap == options->min_overlap)
		return cache->option_text;
	snprintf(text, sizeof(text), "%.17g %.17g %s", options->quorum,
			 options->min_overlap, cache->object->type.qualifier);
	cache->options = *options;
	cache->option_text = intern_text(cache->intern[LOG_ANNOTATOR_NAMES], text);
	return cache->option_text;
}

/* matched_add(ratings, annotator, object [, quorum, min_overlap]) -> ratings */
PG_FUNCTION_INFO_V1(matched_add);
Datum
matched_add(PG_FUNCTION_ARGS)
{
	MatchedCache *cache = (MatchedCache *) fcinfo->flinfo->fn_extra;
	MatchOptions options = match_options(fcinfo, 3);
	MemoryContext aggcontext = NULL;
	const char *text = "";
	Intern	  **in;
	LogRow		row;
	Log			log;

	if (!AggCheckCallContext(fcinfo, &aggcontext))
		aggcontext = NULL;
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (cache == NULL)
		cache = matched_cache(fcinfo);
	in = cache->intern;
	if (!PG_ARGISNULL(2))
		text = intern_value(cache->object, PG_GETARG_DATUM(2))->text;
	ratings_open_log(&log, fcinfo, STATE_RATINGS, &cache->info, in, aggcontext);
	row.at = 0;
	row.annotator = log_code(&log, LOG_ANNOTATOR_NAMES, in[LOG_ANNOTATOR_NAMES],
							 option_spelling(cache, &options));
	row.code = log_code(&log, LOG_LABELS, in[LOG_LABELS],
						intern_text(in[LOG_LABELS], text));
	row.key = in[LOG_ITEM_NAMES] == NULL ?
		item_key(&cache->annotators, PG_GETARG_DATUM(1)) :
		key_mix((uint64) log_code(&log, LOG_ITEM_NAMES, in[LOG_ITEM_NAMES],
								  intern_value(in[LOG_ITEM_NAMES],
											   PG_GETARG_DATUM(1))));
	log_append(&log, &row);
	PG_RETURN_DATUM(log_datum(&log));
}

/* The rows of a log, by object; says how many annotators they are of. */
static MatchedRow *
matched_rows(const Log *log, int64 *n_rows, int *n_annotators)
{
	MatchedRow *result = array_alloc(Max(log_count(log), 1),
									 sizeof(MatchedRow), false);
	LabelView  *names = log_dict(log, LOG_ITEM_NAMES) == NULL ? NULL :
		label_view(log_dict(log, LOG_ITEM_NAMES));
	LogRow	   *rows = NULL;
	int64		n,
				cap = 0;

	*n_rows = 0;
	for (int p = 0; p < log_partitions(log); p++)
	{
		log_read(log, p, &rows, &n, &cap);
		for (int64 i = 0; i < n; i++)
		{
			MatchedRow *to = &result[(*n_rows)++];
			int64		key = (int64) key_unmix(rows[i].key);

			to->text = DictText(log_dict(log, LOG_LABELS), rows[i].code);
			to->annotator = names ? names->rank[key] : key;
		}
	}
	sort_by_annotator(result, *n_rows);
	*n_annotators = 0;
	for (int64 i = 0; i < *n_rows; i++)
	{
		if (i == 0 || result[i].annotator != result[i - 1].annotator)
			(*n_annotators)++;
		result[i].owner = *n_annotators - 1;
	}
	sort_by_object(result, *n_rows);
	return result;
}

/* Read the options of a log, and the type of its objects. */
static void
read_options(const Log *log, MatchOptions *options, MarkedObjects *m)
{
	const Dict *d = log_dict(log, LOG_ANNOTATOR_NAMES);
	char	   *end;

	if (d->n != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("quorum, min_overlap or the type of the objects differ within one group")));
	options->quorum = strtod(DictText(d, 0), &end);
	options->min_overlap = strtod(end, &end);
	/* ratings that somebody else made */
	if (*end != ' ' || !(options->quorum >= 0 && options->quorum <= 1) ||
		!(options->min_overlap > 0 && options->min_overlap <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("these ratings are no state of matched_consensus")));
	marked_objects_init(m, LABEL_SPAN, end + 1);
}

/* One found object as a row. */
static HeapTuple
object_tuple(TupleDesc desc, const FoundObject *o, int n_annotators)
{
	Datum		values[5];
	bool		nulls[5] = {false, false, false, false, o->n_votes < 2};

	values[0] = CStringGetTextDatum(o->text);
	values[1] = Int64GetDatum(o->n_votes);
	values[2] = Int64GetDatum(n_annotators);
	values[3] = Float8GetDatum((double) o->n_votes / n_annotators);
	values[4] = Float8GetDatum(o->overlap);
	return heap_form_tuple(desc, values, nulls);
}

/* Found objects as an array of rows. */
static ArrayType *
object_array(FunctionCallInfo fcinfo, const FoundObject *found, int n,
			 int n_annotators)
{
	Oid			type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
	TupleDesc	desc = lookup_rowtype_tupdesc_copy(type, -1);
	Datum	   *elements = palloc(sizeof(Datum) * Max(n, 1));

	if (desc->natts != 5)
		elog(ERROR, "row of a found object has %d columns, not 5", desc->natts);
	for (int i = 0; i < n; i++)
		elements[i] = HeapTupleGetDatum(object_tuple(desc, &found[i],
													 n_annotators));
	return construct_array(elements, n, type, -1, false, TYPALIGN_DOUBLE);
}

/* matched_final(ratings) -> matched_object[] */
PG_FUNCTION_INFO_V1(matched_final);
Datum
matched_final(PG_FUNCTION_ARGS)
{
	MarkedObjects m;
	MatchOptions options;
	MatchedRow *rows;
	FoundObject *found;
	Log			log;
	int64		n_rows;
	int			n_annotators,
				n_found;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	log_open(&log, PG_GETARG_DATUM(0), STATE_RATINGS);
	if (log_count(&log) == 0)
		PG_RETURN_NULL();
	read_options(&log, &options, &m);
	rows = matched_rows(&log, &n_rows, &n_annotators);
	for (int64 i = 0; i < n_rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (rows[i].text[0] != '\0')
			marked_objects_add(&m, rows[i].owner, rows[i].text);
	}
	found = marked_objects_find(&m, n_annotators, &options, &n_found);
	PG_RETURN_ARRAYTYPE_P(object_array(fcinfo, found, n_found, n_annotators));
}

/* Put the objects found on one item of ratings. */
static void
put_item_objects(Rows *rows, const Ratings *r, int64 item, MarkedObjects *m,
				 const MatchOptions *options)
{
	const int64 *start = RatingsStarts(r);
	int			n_annotators = (int) (start[item + 1] - start[item]);
	char		number[32];
	const char *name = ratings_item_text(r, item, number);
	FoundObject *found;
	int			n_found;

	marked_objects_clear(m);
	for (int64 j = start[item]; j < start[item + 1]; j++)
		marked_objects_add(m, RatingsAnnotators(r)[j],
						   DictText(RatingsDict(r, LOG_LABELS),
									RatingsCodes(r)[j]));
	found = marked_objects_find(m, n_annotators, options, &n_found);
	for (int i = 0; i < n_found; i++)
	{
		put_text(rows, name);
		put_text(rows, found[i].text);
		put_count(rows, found[i].n_votes);
		put_count(rows, n_annotators);
		put_float(rows, true, (double) found[i].n_votes / n_annotators);
		put_float(rows, found[i].n_votes > 1, found[i].overlap);
		row_end(rows);
	}
}

/* matched_consensus(ratings, quorum, min_overlap) */
PG_FUNCTION_INFO_V1(matched_consensus_ratings);
Datum
matched_consensus_ratings(PG_FUNCTION_ARGS)
{
	MatchOptions options = match_options(fcinfo, 1);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext work;
	MarkedObjects m;
	Ratings    *r;
	Dict	   *labels;
	Rows		rows;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	r = ratings_open(PG_GETARG_DATUM(0));
	if (r->n_items == 0)
		return (Datum) 0;
	labels = RatingsDict(r, LOG_LABELS);
	check_object_kind((LabelKind) labels->kind);
	marked_objects_init(&m, (LabelKind) labels->kind, DictQualifier(labels));
	work = AllocSetContextCreate(caller, "annoqa matching",
								 ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(work);
	for (int64 i = 0; i < r->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_item_objects(&rows, r, i, &m, &options);
		MemoryContextReset(work);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(work);
	return (Datum) 0;
}
