/*
 * facts_coefficients_read.c
 *		Coefficients of agreement of a source as a whole, of its vendors, strata,
 *		guidelines and labels: facts_coefficients(rows query, gold query,
 *		settings).
 */
#include "postgres.h"

#include "category.h"
#include "coefficient_rows.h"
#include "facts_groups.h"
#include "facts_load.h"
#include "facts_met.h"
#include "facts_show.h"
#include "interrupts.h"

/* in the order of the tables that group_tables makes */
static const char *const set_names[] = {"production", "gold", "all"};

#define N_SETS 3

/* what rows of a scope are grouped by */
typedef struct Scope
{
	const char *name;
	GroupKey	key;			/* N_GROUP_KEYS: not grouped */
	SourceColumn column;		/* that the source must name */
} Scope;

static const Scope scopes[] = {
	{"source", N_GROUP_KEYS, SOURCE_LABEL},
	{"vendor", KEY_VENDOR, SOURCE_VENDOR},
	{"stratum", KEY_STRATUM, SOURCE_STRATUM},
	{"guideline", KEY_GUIDELINE, SOURCE_GUIDELINE}
};

/* what the rows of one table share */
typedef struct Shown
{
	Rows	   *rows;
	const char *scope;
	const char *name;
	const char *set;
	const Patterns *patterns;	/* NULL: there are no labels */
	int64		n_annotators;
} Shown;

/* Put a coefficient. */
static void
put_row(const Shown *s, Coefficient which, bool weighted, const Estimate *e,
		const ErrorInterval *interval, int64 n_categories)
{
	put_text(s->rows, s->scope);
	put_text(s->rows, s->name);
	put_text(s->rows, s->set);
	put_text(s->rows, coefficient_name(which, weighted));
	put_coefficient(s->rows, e, interval);
	put_count(s->rows, s->patterns ? s->patterns->n_items : 0);
	put_count(s->rows, s->patterns ? s->patterns->n_pairable : 0);
	put_count(s->rows, s->patterns ? s->patterns->n_labels : 0);
	put_count(s->rows, s->n_annotators);
	put_count(s->rows, n_categories);
	row_end(s->rows);
}

/* Estimate some coefficients on a scale. */
static void
estimate(const Shown *s, Scale *scale, int n, const Coefficient *which,
		 Estimate *e, ErrorInterval *intervals)
{
	IntervalOptions options = {.confidence = FACTS_CONFIDENCE};

	memset(e, 0, sizeof(Estimate) * n);
	memset(intervals, 0, sizeof(ErrorInterval) * n);
	if (s->patterns == NULL || s->n_annotators == 1)
	{
		for (int i = 0; i < n; i++)
			e[i].reason = s->patterns == NULL ? REASON_NO_ITEMS :
				REASON_ONE_ANNOTATOR;
		return;
	}
	for (int i = 0; i < n; i++)
		coefficient_estimate(s->patterns, scale, which[i], false, &e[i]);
	coefficient_intervals(s->patterns, scale, n, which, e, &options,
						  intervals);
}

/* Put the coefficients of one table: as coefficients() has them. */
static void
put_coefficients(const Shown *s, GroupPatterns *p)
{
	static const Coefficient alpha[] = {KRIPPENDORFF_ALPHA};
	static const Coefficient others[] = {
		PERCENT_AGREEMENT, FLEISS_KAPPA, GWET_AC, BRENNAN_PREDIGER
	};
	Estimate	e[N_COEFFICIENTS];
	ErrorInterval intervals[N_COEFFICIENTS];
	bool		weighted = p->scale.kind == LEVEL_INTERVAL;
	Scale		other = p->scale;

	other.kind = weighted ? WEIGHTS_QUADRATIC : WEIGHTS_UNWEIGHTED;
	if (s->patterns != NULL)
		scale_prepare(&other);
	estimate(s, &p->scale, 1, alpha, e, intervals);
	estimate(s, &other, lengthof(others), others, e + 1, intervals + 1);
	put_row(s, others[0], weighted, &e[1], &intervals[1], p->scale.q);
	put_row(s, alpha[0], weighted, &e[0], &intervals[0], p->scale.q);
	for (int i = 1; i < lengthof(others); i++)
		put_row(s, others[i], weighted, &e[i + 1], &intervals[i + 1],
				p->scale.q);
}

/* Put alpha and kappa of each label against the rest. */
static void
put_labels(Shown *s, const Facts *f, const GroupPatterns *p)
{
	IntervalOptions options = {.confidence = FACTS_CONFIDENCE};
	CategoryWalk *walk = categories_begin(s->patterns, &options);
	CategoryFigures c;

	s->scope = "label";
	while (categories_next(walk, &c))
	{
		Coefficient which[] = {KRIPPENDORFF_ALPHA, FLEISS_KAPPA};
		int			figure[] = {CATEGORY_ALPHA, CATEGORY_KAPPA};

		s->name = f->labels.text[p->code[c.code]];
		for (int i = 0; i < lengthof(which); i++)
		{
			Estimate   *e = &c.estimate[figure[i]];

			if (s->n_annotators == 1)
			{
				memset(e, 0, sizeof(Estimate));
				memset(&c.interval[figure[i]], 0, sizeof(ErrorInterval));
				e->reason = REASON_ONE_ANNOTATOR;
			}
			put_row(s, which[i], false, e, &c.interval[figure[i]],
					c.n_labels < s->patterns->n_labels ? 2 : 1);
		}
	}
	categories_end(walk);
}

/* Count the people who labeled, in each group and set. */
static int64 *
count_annotators(const Facts *f, const GroupRows *groups)
{
	int64	   *count = array_alloc(groups->n * N_SETS, sizeof(int64), true);
	MetSet		met;

	met_begin(&met, groups->n * N_SETS, f->annotators.n);
	for (int64 i = 0; i < f->items.n; i++)
	{
		int			set = (f->item_flags[i] & ITEM_GOLD) != 0;

		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
		{
			CHECK_NOW_AND_THEN(r);
			if (!is_people(f, r) || groups->of_item[r] < 0)
				continue;
			for (int k = set; k < N_SETS; k += N_SETS - 1 - set)
			{
				int64		at = (int64) groups->of_item[r] * N_SETS + k;

				count[at] += met_new(&met, at, f->annotator[r]);
			}
		}
	}
	met_end(&met);
	return count;
}

/* Put all coefficients of one group. */
static void
put_group(Rows *rows, const Facts *f, const Scope *scope, const char *name,
		  PatternTable **table, const int64 *n_annotators)
{
	ScaleKind	level = f->rules.consensus == CONSENSUS_MEDIAN ?
		LEVEL_INTERVAL : LEVEL_NOMINAL;

	for (int k = 0; k < N_SETS; k++)
	{
		Shown		s;
		GroupPatterns p;

		CHECK_FOR_INTERRUPTS();
		memset(&p, 0, sizeof(p));
		memset(&s, 0, sizeof(s));
		s.rows = rows;
		s.scope = scope->name;
		s.name = name;
		s.set = set_names[k];
		s.n_annotators = n_annotators[k];
		if (table[k] != NULL)
		{
			patterns_open(f, level, table[k], &p);
			s.patterns = p.patterns;
		}
		put_coefficients(&s, &p);
		if (table[k] == NULL)
			continue;
		if (scope->key == N_GROUP_KEYS &&
			f->rules.consensus != CONSENSUS_NONE)
			put_labels(&s, f, &p);
		patterns_close(&p);
		pfree(table[k]);
	}
}

/* Put the groups of one scope. */
static void
put_scope(Rows *rows, const Facts *f, const Scope *scope)
{
	const FactNames *const names[] = {
		&f->annotators, &f->vendors, &f->strata, &f->guidelines
	};
	Grouping	by;
	GroupRows	groups;
	PatternTable **table;
	int64	   *n_annotators;

	memset(&by, 0, sizeof(by));
	by.item_set = -1;
	if (scope->key != N_GROUP_KEYS)
		by.by[scope->key] = true;
	group_rows(f, &by, &groups);
	table = group_tables(f, &groups, N_SETS, -1);
	n_annotators = count_annotators(f, &groups);
	for (int64 g = 0; g < groups.n; g++)
	{
		int32		code = scope->key == N_GROUP_KEYS ? -1 :
			groups.group[g].key[scope->key];

		if (scope->key != N_GROUP_KEYS && table[g * N_SETS + 2] == NULL)
			continue;
		put_group(rows, f, scope, scope->key == N_GROUP_KEYS ? "(all)" :
				  code < 0 ? "(none)" : names[scope->key]->text[code],
				  &table[g * N_SETS], &n_annotators[g * N_SETS]);
	}
	pfree(table);
	pfree(n_annotators);
	facts_group_free(&groups);
}

/* facts_coefficients(rows_query, gold_query, settings) */
PG_FUNCTION_INFO_V1(facts_coefficients);
Datum
facts_coefficients(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	Facts	   *f;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	f = facts_open(fcinfo, &s, false);
	for (int i = 0; i < lengthof(scopes); i++)
		if (s.has[scopes[i].column])
			put_scope(&rows, f, &scopes[i]);
	facts_close(&s);
	return (Datum) 0;
}
