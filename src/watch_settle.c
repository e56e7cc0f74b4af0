/*
 * watch_settle.c
 *		Looking again at an annotator whose counts are suspicious.
 *
 * Counts of rows are not outcomes: a repeated answer, or gold that stands in
 * another row, make them differ.  So before a flag is raised or cleared the
 * answers of the annotator are read, and the counts put right.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "watch.h"

/* an annotator under a rule */
typedef struct Suspect
{
	Datum		source;
	Datum		annotator;
	Datum		rule;
	Datum		metric;
	/* their answers: vendor, outcomes, times */
	Datum		answers[3];
	bool		answer_null[3];
	/* the rule's row, open flag, restarts, since, after */
	Oid			rule_type;
	Datum		standing[5];
	bool		standing_null[5];
	bool		timed;
} Suspect;

/* The row of the source; false when it is gone. */
static bool
source_row(Suspect *s, Datum *row, Oid *type)
{
	bool		isnull;

	run_own(OWN_SOURCE, &s->source, NULL, true);
	if (SPI_processed == 0)
		return false;
	*row = result_value(0, 1, &isnull);
	*type = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
	s->timed = DatumGetBool(result_value(0, 3, &isnull));
	return true;
}

/* The query for the answers of one annotator; NULL where it would take long. */
static char *
answers_query(const Users *users, Suspect *s)
{
	Oid			types[2] = {InvalidOid, TEXTOID};
	Datum		values[2] = {(Datum) 0, s->metric};
	Datum		query;

	if (!source_row(s, &values[0], &types[0]))
		return NULL;
	run_as_owner(users, "SELECT annoqa.suspect_query($1, $2)", 2, types, values,
				 NULL);
	return only_value(&query) ? TextDatumGetCString(query) : NULL;
}

/* How many outcomes are there, and how many hits? */
static void
count_outcomes(const Suspect *s, int64 *n, int64 *hits)
{
	Datum	   *value;
	bool	   *null;
	int			length;

	*n = *hits = 0;
	if (s->answer_null[1])
		return;
	deconstruct_array(DatumGetArrayTypeP(s->answers[1]), BOOLOID, 1, true,
					  TYPALIGN_CHAR, &value, &null, &length);
	*n = length;
	for (int i = 0; i < length; i++)
		*hits += !null[i] && DatumGetBool(value[i]);
}

/* Read the answers, and put the counts right: both as of one moment. */
static void
read_answers(const Users *users, Suspect *s, const char *query)
{
	Datum		of[5] = {s->source, s->annotator, s->metric};
	Oid			text = TEXTOID;
	int64		n,
				hits,
				folded[2];
	bool		isnull;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	run_own(OWN_FOLD, of, NULL, true);
	for (int i = 0; i < 2; i++)
		folded[i] = DatumGetInt64(result_value(0, i + 1, &isnull));
	run_as_owner(users, query, 1, &text, &s->annotator, NULL);
	PopActiveSnapshot();
	for (int i = 0; i < 3; i++)
	{
		s->answer_null[i] = true;
		if (SPI_processed > 0)
			s->answers[i] = result_value(0, i + 2, &s->answer_null[i]);
	}
	count_outcomes(s, &n, &hits);
	if (n == folded[0] && hits == folded[1])
		return;
	of[3] = Int64GetDatum(n - folded[0]);
	of[4] = Int64GetDatum(hits - folded[1]);
	run_own(OWN_CORRECT, of, NULL, false);
}

/* Do rules not flag this annotator? */
static bool
is_exempt(Suspect *s)
{
	Datum		of[2] = {s->source, s->annotator};
	Datum		exempt;

	run_own(OWN_EXEMPT, of, NULL, false);
	return only_value(&exempt) && DatumGetBool(exempt);
}

/* Read the rule, and what was said of the annotator; false: leave it alone. */
static bool
read_standing(Suspect *s)
{
	Datum		of[3] = {s->source, s->rule, s->annotator};

	run_own(OWN_RULE, of, NULL, false);
	if (SPI_processed == 0)
		return false;
	s->rule_type = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
	for (int i = 0; i < 5; i++)
		s->standing[i] = result_value(0, i + 1, &s->standing_null[i]);
	return true;
}

/* Judge the answers as evaluate_rules does. */
static void
judge(const Users *users, const Suspect *s)
{
	Oid			types[10] = {s->rule_type, BOOLOID, TEXTOID, TEXTOID, BOOLARRAYOID,
	TIMESTAMPTZARRAYOID, INT8OID, TIMESTAMPTZOID, INT8OID, BOOLOID};
	Datum		values[10] = {s->standing[0], BoolGetDatum(s->timed), s->annotator,
		s->answers[0], s->answers[1], s->answers[2], s->standing[2],
	s->standing[3], s->standing[4], BoolGetDatum(!s->standing_null[1])};
	char		nulls[10] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};

	for (int i = 0; i < 3; i++)
	{
		if (s->answer_null[i])
			nulls[3 + i] = 'n';
		if (s->standing_null[2 + i])
			nulls[6 + i] = 'n';
	}
	run_as_owner(users, "SELECT j.verdict, j.vendor_of, j.threshold, j.value, j.n, j.value_lower, j.value_upper,"
				 " j.evidence_window, j.evidence_from, j.evidence_until, j.reason"
				 " FROM annoqa.judge_suspect($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS j",
				 10, types, values, nulls);
}

/* Raise a flag with the evidence that stands in the result. */
static void
raise_flag(const Suspect *s)
{
	Datum		values[13] = {s->source, s->annotator, s->rule};
	char		nulls[13] = {' ', ' ', ' '};

	for (int i = 0; i < 10; i++)
	{
		bool		isnull;

		values[3 + i] = result_value(0, i + 2, &isnull);
		nulls[3 + i] = isnull ? 'n' : ' ';
	}
	run_own(OWN_RAISE, values, nulls, false);
}

/* Tell those who listen of the flag in the result, if its rule asks for it. */
static void
tell(const Suspect *s)
{
	Datum		values[2] = {s->source};
	bool		isnull;

	if (SPI_processed == 0 || !DatumGetBool(result_value(0, 2, &isnull)))
		return;
	values[1] = result_value(0, 1, &isnull);
	run_own(OWN_NOTIFY, values, NULL, false);
}

/*
 * Read the answers of an annotator and raise or clear their flag.  The caller
 * has the lock of this annotator.
 */
void
settle_suspect(const Users *users, Datum source, Datum annotator, Datum rule,
			   Datum metric)
{
	Suspect		s = {.source = source, .annotator = annotator, .rule = rule, .metric = metric};
	char	   *query = answers_query(users, &s);
	Datum		verdict;

	if (query == NULL)
		return;
	read_answers(users, &s, query);
	if (s.answer_null[1] || is_exempt(&s) || !read_standing(&s))
		return;
	judge(users, &s);
	if (!only_value(&verdict))
		return;
	if (s.standing_null[1])
		raise_flag(&s);
	else
		run_own(OWN_CLEAR, &s.standing[1], NULL, false);
	tell(&s);
}
