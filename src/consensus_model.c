/*
 * consensus_model.c
 *		What all models of annotators share.
 *
 * Two parts of a design are connected if an annotator labeled items of both.
 * In parts that are not, each model may exchange its classes on its own; gold
 * in a part holds them in place.  With two annotators the model of Dawid and
 * Skene (1979) has more unknowns than the table of their labels has cells.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "consensus_model.h"
#include "glad.h"
#include "interrupts.h"
#include "kos.h"
#include "mace.h"
#include "mmsr.h"
#include "vote_skill.h"

/* in the order of ModelMethod */
static const ModelRoutine *const routines[MODEL_METHOD_LAST + 1] = {
	[MODEL_DAWID_SKENE] = &dawid_skene_routine,
	[MODEL_ONE_COIN] = &one_coin_routine,
	[MODEL_GLAD] = &glad_routine,
	[MODEL_MACE] = &mace_routine,
	[MODEL_WAWA] = &wawa_routine,
	[MODEL_ZERO_BASED_SKILL] = &zero_based_routine,
	[MODEL_MMSR] = &mmsr_routine,
	[MODEL_KOS] = &kos_routine
};

/* The routine of a method, or NULL. */
const ModelRoutine *
model_routine(ModelMethod method)
{
	if ((int) method < 1 || method > MODEL_METHOD_LAST)
		return NULL;
	return routines[method];
}

/* Numbers that a model keeps of each annotator. */
int
model_width(const ConsensusModel *m)
{
	const ModelRoutine *r = model_routine(m->method);

	return r->width + r->width_per_class * m->q;
}

/* Get a model ready to score items. */
void
model_prepare(ConsensusModel *m)
{
	const ModelRoutine *r = model_routine(m->method);

	if (r->prepare != NULL && m->cache == NULL)
		r->prepare(m);
}

/* Refuse a model of more numbers than can be stored. */
static void
check_size(const ConsensusModel *m)
{
	int64		width = Max(model_width(m), 1);

	if ((int64) m->n_annotators >= MAX_ROW_NUMBERS / width)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("method \"%s\" for %d annotators and %d classes exceeds the limit of %d numbers",
						model_routine(m->method)->name, m->n_annotators, m->q,
						MAX_ROW_NUMBERS),
				 errhint("Use one_coin, which keeps two numbers for each annotator.")));
}

/* Count the labels of each annotator. */
static void
count_labels(ConsensusModel *m, const ModelData *data)
{
	for (int64 j = 0; j < data->design.n_labels; j++)
		m->n_labels[data->design.annotator[j]]++;
	for (int64 j = 0; j < data->n_answers; j++)
		if (j == 0 || data->answer[j].item != data->answer[j - 1].item ||
			data->answer[j].annotator != data->answer[j - 1].annotator)
			m->n_labels[data->answer[j].annotator]++;
}

/* Allocate a model of this method for such data. */
ConsensusModel *
model_create(ModelMethod method, const ModelData *data)
{
	ConsensusModel *m = palloc0(sizeof(ConsensusModel));
	int64		n = data->design.n_annotators;

	m->method = method;
	m->q = data->design.q;
	m->n_annotators = data->design.n_annotators;
	check_size(m);
	m->class_prior = array_alloc(m->q, sizeof(double), true);
	m->parameter = array_alloc((n + 1) * model_width(m), sizeof(double), true);
	m->n_labels = array_alloc(n, sizeof(int64), true);
	m->informativeness = array_alloc(n, sizeof(double), false);
	m->informativeness_error = array_alloc(n, sizeof(double), false);
	for (int64 a = 0; a < n; a++)
		m->informativeness[a] = m->informativeness_error[a] = NAN;
	m->objective = NAN;
	m->log_likelihood = NAN;
	m->n_items = data->design.n_items;
	m->n_all_labels = data->design.n_labels;
	for (int64 i = 0; i < m->n_items; i++)
		if (ItemIsGold(data, i))
			m->n_gold_items++;
	count_labels(m, data);
	model_identify(m, data);
	return m;
}

/* The root of an annotator's part; paths are halved on the way. */
static int32
find_root(int32 *parent, int32 a)
{
	while (parent[a] != a)
	{
		parent[a] = parent[parent[a]];
		a = parent[a];
	}
	return a;
}

/* Join the annotators of each item into parts. */
int32 *
join_annotators(const Design *d)
{
	int32	   *parent = array_alloc(d->n_annotators, sizeof(int32), false);

	for (int32 a = 0; a < d->n_annotators; a++)
		parent[a] = a;
	for (int64 i = 0; i < d->n_items; i++)
	{
		int32		first = find_root(parent, d->annotator[d->start[i]]);

		CHECK_NOW_AND_THEN(i);
		for (int64 j = d->start[i] + 1; j < d->start[i + 1]; j++)
		{
			int32		other = find_root(parent, d->annotator[j]);

			/* the smaller root stays, so that the order does not matter */
			parent[Max(first, other)] = Min(first, other);
			first = Min(first, other);
		}
	}
	return parent;
}

/* a class that gold shows in a part of the design */
typedef struct Shown
{
	int32		part;
	int32		class;
} Shown;

static int
compare_shown(const void *a, const void *b)
{
	const Shown *x = a,
			   *y = b;

	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	return x->class < y->class ? -1 : x->class > y->class;
}

/* Every class that gold shows, with the part of whoever answered; in order. */
static int64
find_shown(const ModelData *data, int32 *parent, Shown **shown)
{
	const Design *d = &data->design;
	int64		n = 0;

	*shown = array_alloc(d->n_items + data->n_answers, sizeof(Shown), false);
	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (ItemAccepted(data, i) == 1)
			(*shown)[n++] = (Shown) {
			find_root(parent, d->annotator[d->start[i]]), ItemAnswers(data, i)[0]
		};
	}
	for (int64 j = 0; j < data->n_answers; j++)
	{
		CHECK_NOW_AND_THEN(j);
		if (data->answer[j].weight == 1)
			(*shown)[n++] = (Shown) {
			find_root(parent, data->answer[j].annotator), data->answer[j].truth
		};
	}
	qsort(*shown, n, sizeof(Shown), compare_shown);
	return n;
}

/*
 * Does gold say which class is which?  Classes that it does not show may be
 * exchanged with one another, so that it must show all but one.  A method that
 * knows right and wrong alone has nothing to exchange once it shows any.
 */
static int
classes_wanted(const ConsensusModel *m)
{
	return m->method == MODEL_DAWID_SKENE ? Max(m->q - 1, 1) : 1;
}

/* Mark the parts of the design that gold holds; returns the classes it shows. */
static int
hold_parts(const ConsensusModel *m, const ModelData *data, int32 *parent,
		   bool *held)
{
	Shown	   *shown;
	int64		n = find_shown(data, parent, &shown);
	bool	   *met = array_alloc(m->q, sizeof(bool), true);
	int			n_met = 0,
				in_part = 0;

	for (int64 i = 0; i < n; i++)
	{
		if (i == 0 || shown[i].part != shown[i - 1].part)
			in_part = 0;
		if (i == 0 || compare_shown(&shown[i], &shown[i - 1]) != 0)
			in_part++;
		if (in_part >= classes_wanted(m))
			held[shown[i].part] = true;
		if (!met[shown[i].class])
			n_met++;
		met[shown[i].class] = true;
	}
	pfree(shown);
	pfree(met);
	return n_met;
}

/* Find the parts of the design, and whether gold or enough people hold them. */
void
model_identify(ConsensusModel *m, const ModelData *data)
{
	const Design *d = &data->design;
	int32	   *parent = join_annotators(d);
	bool	   *held = array_alloc(d->n_annotators, sizeof(bool), true);
	int64		n_loose = 0,
				n_held = 0;
	int			n_people = 0;

	m->gold_tells = hold_parts(m, data, parent, held) >= classes_wanted(m);
	for (int32 a = 0; a < d->n_annotators; a++)
	{
		if (m->n_labels[a] > 0)
			n_people++;
		if (parent[a] == a)
			held[a] ? n_held++ : n_loose++;
	}
	m->n_blocks = n_held + n_loose;
	m->reason = d->n_items == 0 ? REASON_NO_ITEMS :
		d->q == 1 ? REASON_ONE_CATEGORY :
		n_loose == 0 ? REASON_NONE :
		m->n_blocks > 1 ? REASON_DISCONNECTED :
		n_people == 1 ? REASON_ONE_ANNOTATOR :
		n_people == 2 ? REASON_TWO_ANNOTATORS : REASON_NONE;
	m->identified = m->reason == REASON_NONE;
	pfree(parent);
	pfree(held);
}

/* Set all of the classes, or the accepted ones, to the same share. */
static void
set_evenly(double *posterior, int q, int n_accepted, const int32 *accepted)
{
	int			n = n_accepted > 0 ? n_accepted : q;

	memset(posterior, 0, sizeof(double) * q);
	for (int i = 0; i < n; i++)
		posterior[n_accepted > 0 ? accepted[i] : i] = 1.0 / n;
}

/* Turn the scores of the accepted answers into posteriors, all others into 0. */
static double
normalise_accepted(double *score, int q, int n_accepted,
				   const int32 *accepted)
{
	double		few[64];
	double	   *kept = n_accepted <= lengthof(few) ? few :
		palloc(sizeof(double) * n_accepted);
	double		total;

	for (int i = 0; i < n_accepted; i++)
		kept[i] = score[accepted[i]];
	total = scores_normalise(kept, n_accepted, 0, NULL);
	memset(score, 0, sizeof(double) * q);
	for (int i = 0; i < n_accepted; i++)
		score[accepted[i]] = kept[i];
	if (kept != few)
		pfree(kept);
	return total;
}

/* Turn scores into posteriors in place; returns the log of their total. */
double
scores_normalise(double *score, int q, int n_accepted, const int32 *accepted)
{
	double		most,
				total;

	if (n_accepted > 0)
		return normalise_accepted(score, q, n_accepted, accepted);
	most = scores_exponentiate(score, q, &total);
	if (most == -INFINITY)
	{
		set_evenly(score, q, 0, NULL);
		return most;
	}
	for (int k = 0; k < q; k++)
		score[k] /= total;
	return most + log(total);
}

/* The posterior of an item by a prepared model. */
void
model_posterior(const ConsensusModel *m, int64 n, const int32 *annotator,
				const int32 *code, double temperature, double *posterior)
{
	model_routine(m->method)->score_item(m, n, annotator, code, posterior);
	if (temperature != 1)
		for (int k = 0; k < m->q; k++)
			posterior[k] /= temperature;
	(void) scores_normalise(posterior, m->q, 0, NULL);
}

/* A reader for designs whose codes are the model's own. */
ModelReader *
reader_create(ConsensusModel *m)
{
	ModelReader *reader = palloc0(sizeof(ModelReader));
	int			n = Max(m->n_annotators, m->q);
	int32	   *same = array_alloc(n, sizeof(int32), false);

	for (int i = 0; i < n; i++)
		same[i] = i;
	model_prepare(m);
	reader->m = m;
	reader->q = m->q;
	reader->annotator = same;
	reader->label = same;
	reader->class = same;
	reader->posterior = array_alloc(m->q, sizeof(double), false);
	return reader;
}

/* The posterior of an item of a design whose codes are not the model's. */
void
reader_posterior(ModelReader *reader, const Design *d, int64 item,
				 double temperature, double *posterior)
{
	int64		at = d->start[item];
	int64		n = d->start[item + 1] - at;

	if (n > reader->room)
	{
		reader->room = Max(2 * n, 64);
		reader->annotators = array_alloc(reader->room, sizeof(int32), false);
		reader->codes = array_alloc(reader->room, sizeof(int32), false);
	}
	for (int64 j = 0; j < n; j++)
	{
		reader->annotators[j] = reader->annotator[d->annotator[at + j]];
		reader->codes[j] = reader->label[d->code[at + j]];
	}
	model_posterior(reader->m, n, reader->annotators, reader->codes,
					temperature, reader->posterior);
	memset(posterior, 0, sizeof(double) * reader->q);
	for (int k = 0; k < reader->m->q; k++)
		if (reader->class[k] >= 0)
			posterior[reader->class[k]] = reader->posterior[k];
}

/* Shares of the votes of an item; of a gold item among the accepted answers. */
void
item_vote_shares(const ModelData *data, int64 item, double *posterior)
{
	const Design *d = &data->design;
	double		n = 0;
	bool		gold = ItemIsGold(data, item);

	memset(posterior, 0, sizeof(double) * d->q);
	for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
		posterior[d->code[j]]++;
	if (gold)
	{
		const int32 *accepted = data->accepted + data->accepted_start[item];
		int			n_accepted = ItemAccepted(data, item);

		for (int i = 0; i < n_accepted; i++)
			n += posterior[accepted[i]];
		if (n == 0)
		{
			set_evenly(posterior, d->q, n_accepted, accepted);
			return;
		}
		for (int k = 0, i = 0; k < d->q; k++)
		{
			if (i < n_accepted && accepted[i] == k)
				i++;
			else
				posterior[k] = 0;
		}
	}
	else
		n = (double) (d->start[item + 1] - d->start[item]);
	for (int k = 0; k < d->q; k++)
		posterior[k] /= n;
}
