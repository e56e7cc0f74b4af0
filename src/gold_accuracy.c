/*
 * gold_accuracy.c
 *		The share of labels that equal gold, whose frame may move.
 *
 * The state is a bigint[] of two counts, {correct, scored}: a row can be taken
 * out again exactly.  Within an aggregate it is changed in place.
 */
#include "postgres.h"

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "label.h"
#include "state.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

typedef struct GoldCounts
{
	int64		correct;
	int64		scored;
} GoldCounts;

/* what a call site knows of its types */
typedef struct GoldSite
{
	LabelType	type;
	bool		several;		/* gold is an array of accepted answers */
} GoldSite;

/* Refuse counts that no rows have. */
static void
check_counts(const GoldCounts *counts)
{
	if (counts->correct < 0 || counts->correct > counts->scored)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a state of gold_accuracy cannot have " INT64_FORMAT " correct of " INT64_FORMAT,
						counts->correct, counts->scored)));
}

/* The array of a state, with its counts checked and copied. */
static ArrayType *
read_counts(Datum state, GoldCounts *counts)
{
	ArrayType  *array = DatumGetArrayTypeP(state);

	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != 2 ||
		ARR_HASNULL(array) || ARR_ELEMTYPE(array) != INT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a state of gold_accuracy must be two counts")));
	memcpy(counts, ARR_DATA_PTR(array), sizeof(GoldCounts));
	check_counts(counts);
	return array;
}

/* Make a state of counts. */
static ArrayType *
make_state(const GoldCounts *counts)
{
	Datum		values[2];

	values[0] = Int64GetDatum(counts->correct);
	values[1] = Int64GetDatum(counts->scored);
	return construct_array(values, 2, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
						   TYPALIGN_DOUBLE);
}

/* The state that is the first argument plus some counts. */
static Datum
state_plus(FunctionCallInfo fcinfo, int64 correct, int64 scored)
{
	GoldCounts	counts = {0, 0};
	ArrayType  *state = NULL;

	if (!PG_ARGISNULL(0))
		state = read_counts(PG_GETARG_DATUM(0), &counts);
	if (pg_add_s64_overflow(counts.correct, correct, &counts.correct) ||
		pg_add_s64_overflow(counts.scored, scored, &counts.scored))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of labels is out of range")));
	check_counts(&counts);
	if (state == NULL || !in_aggregate(fcinfo))
		return PointerGetDatum(make_state(&counts));
	memcpy(ARR_DATA_PTR(state), &counts, sizeof(GoldCounts));
	return PointerGetDatum(state);
}

/* What this call site knows of its types; found out on the first row. */
static GoldSite *
gold_site(FunctionCallInfo fcinfo)
{
	GoldSite   *site = (GoldSite *) fcinfo->flinfo->fn_extra;
	Oid			label,
				gold;

	if (likely(site != NULL))
		return site;
	label = call_argtype(fcinfo, 1);
	gold = call_argtype(fcinfo, 2);
	check_not_own_type(fcinfo, label, "label");
	site = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(GoldSite));
	label_type_init(&site->type, label, PG_GET_COLLATION(), "label",
					fcinfo->flinfo->fn_mcxt);
	site->several = getBaseType(gold) != site->type.type &&
		OidIsValid(get_base_element_type(gold));
	fcinfo->flinfo->fn_extra = site;
	return site;
}

/* Is the label one of the answers?  False in "scored" when there are none. */
static bool
among_answers(LabelType *lt, Datum label, ArrayType *answers, bool *scored)
{
	char	   *at = ARR_DATA_PTR(answers);
	bits8	   *bitmap = ARR_NULLBITMAP(answers);
	int			n = ArrayGetNItems(ARR_NDIM(answers), ARR_DIMS(answers));

	*scored = false;
	for (int i = 0; i < n; i++)
	{
		Datum		answer;

		if (bitmap && !(bitmap[i >> 3] & (1 << (i & 7))))
			continue;
		*scored = true;
		answer = fetch_att(at, lt->byval, lt->typlen);
		if (label_same(lt, label, answer))
			return true;
		at = att_addlength_pointer(at, lt->typlen, at);
		at = (char *) att_align_nominal(at, lt->typalign);
	}
	return false;
}

/* Refuse gold of several sets in one array, which would read as one set. */
static void
check_one_set(Datum gold)
{
	ArrayType  *array = DatumGetArrayTypeP(gold);

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gold of a set-valued label must be one set, not an array of %d dimensions",
						ARR_NDIM(array)),
				 errhint("For several accepted sets compare texts: those of the sorted sets.")));
}

/*
 * Count a row in, or out again.  A row that does not count makes a state all
 * the same, for a moving frame may not do without.
 */
static Datum
count_row(FunctionCallInfo fcinfo, int sign)
{
	GoldSite   *site;
	bool		scored = true;
	bool		correct;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return state_plus(fcinfo, 0, 0);
	site = gold_site(fcinfo);
	if (site->several)
		correct = among_answers(&site->type, PG_GETARG_DATUM(1),
								PG_GETARG_ARRAYTYPE_P(2), &scored);
	else
	{
		if (site->type.kind == LABEL_SET)
			check_one_set(PG_GETARG_DATUM(2));
		correct = label_same(&site->type, PG_GETARG_DATUM(1),
							 PG_GETARG_DATUM(2));
	}
	return state_plus(fcinfo, sign * correct, sign * scored);
}

/* gold_accuracy_add(bigint[], label, gold) */
PG_FUNCTION_INFO_V1(gold_accuracy_add);
Datum
gold_accuracy_add(PG_FUNCTION_ARGS)
{
	return count_row(fcinfo, 1);
}

/* gold_accuracy_remove(bigint[], label, gold) */
PG_FUNCTION_INFO_V1(gold_accuracy_remove);
Datum
gold_accuracy_remove(PG_FUNCTION_ARGS)
{
	return count_row(fcinfo, -1);
}

/* gold_accuracy_combine(bigint[], bigint[]) */
PG_FUNCTION_INFO_V1(gold_accuracy_combine);
Datum
gold_accuracy_combine(PG_FUNCTION_ARGS)
{
	GoldCounts	more;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	read_counts(PG_GETARG_DATUM(1), &more);
	return state_plus(fcinfo, more.correct, more.scored);
}

/* gold_accuracy_final(bigint[]) -> float8 */
PG_FUNCTION_INFO_V1(gold_accuracy_final);
Datum
gold_accuracy_final(PG_FUNCTION_ARGS)
{
	GoldCounts	counts = {0, 0};

	if (!PG_ARGISNULL(0))
		read_counts(PG_GETARG_DATUM(0), &counts);
	if (counts.scored == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) counts.correct / (double) counts.scored);
}

/* gold_correct_final(bigint[]) -> bigint */
PG_FUNCTION_INFO_V1(gold_correct_final);
Datum
gold_correct_final(PG_FUNCTION_ARGS)
{
	GoldCounts	counts = {0, 0};

	if (!PG_ARGISNULL(0))
		read_counts(PG_GETARG_DATUM(0), &counts);
	PG_RETURN_INT64(counts.correct);
}

/* gold_scored_final(bigint[]) -> bigint */
PG_FUNCTION_INFO_V1(gold_scored_final);
Datum
gold_scored_final(PG_FUNCTION_ARGS)
{
	GoldCounts	counts = {0, 0};

	if (!PG_ARGISNULL(0))
		read_counts(PG_GETARG_DATUM(0), &counts);
	PG_RETURN_INT64(counts.scored);
}
