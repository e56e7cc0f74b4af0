/*
 * model_read.c
 *		What a model says of itself and of annotators.
 */
#include "postgres.h"

#include <math.h>

#include "annotator_model.h"
#include "array.h"
#include "dict_union.h"
#include "distribution.h"
#include "miscadmin.h"
#include "model_rows.h"
#include "options.h"
#include "reading.h"
#include "rows.h"

/* whose labels tell less than this many nats, with so many labels, spams ... */
#define SPAM_NATS 0.05
#define SPAM_LABELS 20
/* ... unless the truth itself tells hardly more */
#define LEAST_NATS (2 * SPAM_NATS)

/* how the skill of an annotator is known */
typedef struct Skill
{
	bool		known;
	double		value;
	bool		bounded;
	double		lower;
	double		upper;
} Skill;

/*
 * The skill of an annotator with bounds: those of the Beta that has the mean
 * and variance of the method's spread.
 */
static void
find_skill(const ConsensusModel *m, int annotator, double confidence,
		   Skill *skill)
{
	const ModelRoutine *r = model_routine(m->method);
	double		mean,
				variance,
				n;

	skill->value = r->skill(m, annotator);
	skill->known = !isnan(skill->value);
	skill->bounded = skill->known && r->skill_spread != NULL &&
		r->skill_spread(m, annotator, &mean, &variance);
	if (!skill->bounded)
		return;
	skill->lower = skill->upper = skill->value;
	if (variance > 0 && mean > 0 && mean < 1)
	{
		n = Max(mean * (1 - mean) / variance - 1, 1e-3);
		skill->lower = beta_quantile((1 - confidence) / 2, mean * n,
									 (1 - mean) * n);
		skill->upper = beta_quantile((1 + confidence) / 2, mean * n,
									 (1 - mean) * n);
	}
	skill->lower = Min(skill->lower, skill->value);
	skill->upper = Max(skill->upper, skill->value);
}

/* The entropy of the class prior. */
static double
class_entropy(const ConsensusModel *m)
{
	double		entropy = 0;

	for (int k = 0; k < m->q; k++)
		if (m->class_prior[k] > 0)
			entropy -= m->class_prior[k] * log(m->class_prior[k]);
	return entropy;
}

/* fit(annotator_model) */
PG_FUNCTION_INFO_V1(model_fit);
Datum
model_fit(PG_FUNCTION_ARGS)
{
	Rows		rows;
	OpenModel	open;
	const ConsensusModel *m = &open.model;

	rows_begin(&rows, fcinfo);
	annotator_model_open(&open, PG_GETARG_DATUM(0));
	put_text(&rows, model_routine(m->method)->name);
	put_count(&rows, m->n_items);
	put_count(&rows, m->n_annotators);
	put_count(&rows, m->n_all_labels);
	put_count(&rows, m->q);
	put_count(&rows, m->iterations);
	put_bool(&rows, m->converged);
	put_float(&rows, !isnan(m->objective), m->objective);
	put_float(&rows, !isnan(m->log_likelihood), m->log_likelihood);
	put_bool(&rows, m->identified);
	put_count(&rows, m->n_blocks);
	put_text(&rows, reason_name(m->reason));
	row_end(&rows);
	return (Datum) 0;
}

/* class_prior(annotator_model) */
PG_FUNCTION_INFO_V1(model_class_prior);
Datum
model_class_prior(PG_FUNCTION_ARGS)
{
	Rows		rows;
	OpenModel	open;

	rows_begin(&rows, fcinfo);
	annotator_model_open(&open, PG_GETARG_DATUM(0));
	for (int k = 0; k < open.model.q; k++)
	{
		put_text(&rows, DictText(open.labels, k));
		put_float(&rows, true, open.model.class_prior[k]);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* Put what an annotator's labels tell, and whether that is next to nothing. */
static void
put_informativeness(Rows *rows, const ConsensusModel *m, int a,
					double confidence, bool tells)
{
	double		value = m->informativeness[a];
	double		error = m->informativeness_error[a];
	double		upper = value + error * normal_quantile((1 + confidence) / 2);

	put_float(rows, !isnan(value), value);
	put_float(rows, !isnan(upper), upper);
	if (tells && !isnan(upper) && m->n_labels[a] >= SPAM_LABELS)
		put_bool(rows, upper < SPAM_NATS);
	else
		put_null(rows);
}

/* annotator_skill(annotator_model, confidence) */
PG_FUNCTION_INFO_V1(model_annotator_skill);
Datum
model_annotator_skill(PG_FUNCTION_ARGS)
{
	Rows		rows;
	OpenModel	open;
	const ConsensusModel *m = &open.model;
	double		confidence = confidence_argument(fcinfo, 1);
	bool		tells;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	annotator_model_open(&open, PG_GETARG_DATUM(0));
	model_prepare(&open.model);
	tells = class_entropy(m) >= LEAST_NATS;
	for (int a = 0; a < m->n_annotators; a++)
	{
		Skill		skill;

		CHECK_FOR_INTERRUPTS();
		find_skill(m, a, confidence, &skill);
		put_text(&rows, DictText(open.annotators, a));
		put_count(&rows, m->n_labels[a]);
		put_float(&rows, skill.known, skill.value);
		put_float(&rows, skill.bounded, skill.lower);
		put_float(&rows, skill.bounded, skill.upper);
		put_bool(&rows, skill.bounded);
		put_informativeness(&rows, m, a, confidence, tells);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* Refuse a method that does not say how an annotator errs. */
void
model_need_chance(const ConsensusModel *m)
{
	const ModelRoutine *r = model_routine(m->method);

	if (r->chance == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("method \"%s\" does not say with which label an annotator errs",
						r->name),
				 errhint("Use dawid_skene.")));
}

/* Put the confusion of one annotator. */
static void
put_confusion(Rows *rows, const OpenModel *open, int a)
{
	const ConsensusModel *m = &open->model;
	const ModelRoutine *r = model_routine(m->method);

	for (int k = 0; k < m->q; k++)
		for (int l = 0; l < m->q; l++)
		{
			int64		cell = m->rows ? rows_cell(m->rows, a, l) : -1;

			CHECK_FOR_INTERRUPTS();
			put_text(rows, DictText(open->annotators, a));
			put_text(rows, DictText(open->labels, k));
			put_text(rows, DictText(open->labels, l));
			put_float(rows, true, Min(r->chance(m, a, k, l), 1));
			put_float(rows, m->rows != NULL,
					  cell < 0 ? 0 : m->rows->count[cell * m->q + k]);
			row_end(rows);
		}
}

/* annotator_confusion(annotator_model, annotator) */
PG_FUNCTION_INFO_V1(model_annotator_confusion);
Datum
model_annotator_confusion(PG_FUNCTION_ARGS)
{
	Rows		rows;
	OpenModel	open;
	const char *only = text_argument(fcinfo, 1);

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	annotator_model_open(&open, PG_GETARG_DATUM(0));
	model_need_chance(&open.model);
	model_prepare(&open.model);
	for (int a = 0; a < open.model.n_annotators; a++)
	{
		CHECK_FOR_INTERRUPTS();
		if (only != NULL && strcmp(only, DictText(open.annotators, a)) != 0)
			continue;
		put_confusion(&rows, &open, a);
	}
	return (Datum) 0;
}

/* an annotator in one of the two models that are compared */
typedef struct DriftSide
{
	OpenModel	open;
	int32	   *annotator;		/* of the union: here, or -1 */
	int32	   *class;			/* of the union: here, or -1 */
} DriftSide;

/* Open one side, and find its codes in those of both. */
static void
drift_side(DriftSide *side, const int32 *people_map, int n_people,
		   const int32 *label_map, int n_labels)
{
	const ConsensusModel *m = &side->open.model;

	model_prepare(&side->open.model);
	side->annotator = array_alloc(n_people, sizeof(int32), false);
	side->class = array_alloc(n_labels, sizeof(int32), false);
	memset(side->annotator, 0xFF, sizeof(int32) * n_people);
	memset(side->class, 0xFF, sizeof(int32) * n_labels);
	for (int a = 0; a < m->n_annotators; a++)
		side->annotator[people_map ? people_map[a] : a] = a;
	for (int k = 0; k < m->q; k++)
		side->class[label_map ? label_map[k] : k] = k;
}

/* A side's chance of a label, both in codes of the union. */
static double
side_chance(const DriftSide *side, int annotator, int class, int label)
{
	const ConsensusModel *m = &side->open.model;

	if (side->class[label] < 0)
		return 0;
	return model_routine(m->method)->chance(m, side->annotator[annotator],
											side->class[class],
											side->class[label]);
}

/* x ln (x / y), which is 0 where x is */
static inline double
surprise(double x, double y)
{
	return x > 0 ? x * log(x / y) : 0;
}

/*
 * How far an annotator's two confusions are apart: Jensen and Shannon's
 * divergence of each row (Lin 1991), in nats, 0 to ln 2, weighed by the mean of
 * the two class priors.  NaN where the models share no class.
 */
static double
divergence(const DriftSide *a, const DriftSide *b, int annotator, int n)
{
	double		sum = 0,
				weights = 0;

	for (int k = 0; k < n; k++)
	{
		double		weight;

		CHECK_FOR_INTERRUPTS();
		if (a->class[k] < 0 || b->class[k] < 0)
			continue;
		weight = a->open.model.class_prior[a->class[k]] +
			b->open.model.class_prior[b->class[k]];
		weights += weight;
		for (int l = 0; l < n; l++)
		{
			double		x = side_chance(a, annotator, k, l);
			double		y = side_chance(b, annotator, k, l);

			sum += weight * (surprise(x, (x + y) / 2) +
							 surprise(y, (x + y) / 2)) / 2;
		}
	}
	return weights > 0 ? Max(sum / weights, 0) : NAN;
}

/* Put an annotator's counts and skills; says whether he is on both sides. */
static bool
put_sides(Rows *rows, const DriftSide *a, const DriftSide *b, int annotator,
		  double confidence, Skill *before, Skill *after)
{
	int			x = a->annotator[annotator];
	int			y = b->annotator[annotator];

	memset(before, 0, sizeof(Skill));
	memset(after, 0, sizeof(Skill));
	if (x >= 0)
		find_skill(&a->open.model, x, confidence, before);
	if (y >= 0)
		find_skill(&b->open.model, y, confidence, after);
	put_count(rows, x >= 0 ? a->open.model.n_labels[x] : 0);
	put_count(rows, y >= 0 ? b->open.model.n_labels[y] : 0);
	put_float(rows, before->known, before->value);
	put_float(rows, after->known, after->value);
	return x >= 0 && y >= 0;
}

/*
 * Put the difference of two skills with bounds by MOVER (Zou and Donner 2008):
 * the squared distances to the outer bounds are added.
 */
static void
put_difference(Rows *rows, const Skill *before, const Skill *after)
{
	double		d = after->value - before->value;
	bool		bounded = before->bounded && after->bounded;

	put_float(rows, before->known && after->known, d);
	put_float(rows, bounded, d - hypot(after->value - after->lower,
									   before->upper - before->value));
	put_float(rows, bounded, d + hypot(after->upper - after->value,
									   before->value - before->lower));
}

/* drift(annotator_model, annotator_model, confidence) */
PG_FUNCTION_INFO_V1(model_drift);
Datum
model_drift(PG_FUNCTION_ARGS)
{
	Rows		rows;
	DriftSide	a,
				b;
	double		confidence = confidence_argument(fcinfo, 2);
	Dict	   *people,
			   *labels;
	int32	   *people_map[2],
			   *label_map[2];
	bool		confusions;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	annotator_model_open(&a.open, PG_GETARG_DATUM(0));
	annotator_model_open(&b.open, PG_GETARG_DATUM(1));
	if (a.open.model.method != b.open.model.method)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot compare models of methods \"%s\" and \"%s\"",
						model_routine(a.open.model.method)->name,
						model_routine(b.open.model.method)->name),
				 errhint("Fit both by one method.")));
	people = dict_union(2, (Dict *[]) {a.open.annotators, b.open.annotators},
						people_map, "annotator");
	labels = dict_union(2, (Dict *[]) {a.open.labels, b.open.labels},
						label_map, "label");
	drift_side(&a, people_map[0], people->n, label_map[0], labels->n);
	drift_side(&b, people_map[1], people->n, label_map[1], labels->n);
	confusions = model_routine(a.open.model.method)->chance != NULL;
	for (int i = 0; i < people->n; i++)
	{
		Skill		before,
					after;
		bool		both;
		double		apart = NAN;

		CHECK_FOR_INTERRUPTS();
		put_text(&rows, DictText(people, i));
		both = put_sides(&rows, &a, &b, i, confidence, &before, &after);
		put_difference(&rows, &before, &after);
		if (both && confusions)
			apart = divergence(&a, &b, i, labels->n);
		put_float(&rows, !isnan(apart), apart);
		row_end(&rows);
	}
	return (Datum) 0;
}
