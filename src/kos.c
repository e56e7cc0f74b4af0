/*
 * kos.c
 *		The message passing of Karger, Oh and Shah, for two categories.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "interrupts.h"
#include "kos.h"
#include "model_summary.h"

/* steps, and the change, that end the search for the singular vector */
#define POWER_STEPS		300
#define POWER_TOLERANCE	1e-9

/*
 * Messages this small beside the sums that they are differences of are
 * rounding: along a tree of annotators and items they end after some steps.
 */
#define VANISHED		1e-10

/* weights have mean square 1 in a block, so this is beyond all crowds */
#define MOST_WEIGHT		1e9

typedef struct Kos
{
	const Design *design;
	const int32 *block;			/* of each annotator */
	int			n_blocks;
	double	   *scale;			/* scratch, by block */
	double	   *size;
	double	   *sum;			/* by annotator */
	double	   *message;		/* by label: to its item */
	double	   *next;
	bool	   *dead;			/* by block: messages vanished */
} Kos;

/* Which way a label points. */
static inline double
sign_of(const Design *design, int64 label)
{
	return design->code[label] == 1 ? 1.0 : -1.0;
}

/* Number the parts of the design in place of what annotators point to. */
static int
number_blocks(int32 *block, int n_annotators)
{
	int			n_blocks = 0;

	for (int32 j = 0; j < n_annotators; j++)
		block[j] = block[j] == j ? n_blocks++ : block[block[j]];
	return n_blocks;
}

/* Scale values of annotators so that their mean square is 1 in each block. */
static void
scale_annotators(Kos *kos, double *value)
{
	int			n = kos->design->n_annotators;

	memset(kos->scale, 0, sizeof(double) * kos->n_blocks);
	memset(kos->size, 0, sizeof(double) * kos->n_blocks);
	for (int j = 0; j < n; j++)
	{
		kos->scale[kos->block[j]] += value[j] * value[j];
		kos->size[kos->block[j]] += 1.0;
	}
	for (int j = 0; j < n; j++)
		if (kos->scale[kos->block[j]] > 0.0)
			value[j] /= sqrt(kos->scale[kos->block[j]] /
							 kos->size[kos->block[j]]);
}

/* Multiply a vector over annotators by A' A; blocks where it vanishes keep it. */
static double
power_step(Kos *kos, double *vector)
{
	const Design *design = kos->design;
	double		change = 0.0;

	memset(kos->sum, 0, sizeof(double) * design->n_annotators);
	for (int64 i = 0; i < design->n_items; i++)
	{
		double		item = 0.0;

		CHECK_NOW_AND_THEN(i);
		for (int64 l = design->start[i]; l < design->start[i + 1]; l++)
			item += sign_of(design, l) * vector[design->annotator[l]];
		for (int64 l = design->start[i]; l < design->start[i + 1]; l++)
			kos->sum[design->annotator[l]] += sign_of(design, l) * item;
	}
	scale_annotators(kos, kos->sum);
	for (int j = 0; j < design->n_annotators; j++)
	{
		if (kos->scale[kos->block[j]] == 0.0)
			continue;
		change = fmax(change, fabs(kos->sum[j] - vector[j]));
		vector[j] = kos->sum[j];
	}
	return change;
}

/* Give a vector in each block the sign of those who gave most labels. */
static void
orient(Kos *kos, const int64 *n_labels, double *vector)
{
	int			n = kos->design->n_annotators;

	memset(kos->scale, 0, sizeof(double) * kos->n_blocks);
	for (int j = 0; j < n; j++)
		kos->scale[kos->block[j]] += n_labels[j] * vector[j];
	for (int j = 0; j < n; j++)
		if (kos->scale[kos->block[j]] < 0.0)
			vector[j] = -vector[j];
}

/* Send messages to the annotators and back; sums are left by annotator. */
static void
send_messages(Kos *kos)
{
	const Design *design = kos->design;

	memset(kos->sum, 0, sizeof(double) * design->n_annotators);
	for (int64 i = 0; i < design->n_items; i++)
	{
		double		item = 0.0;

		CHECK_NOW_AND_THEN(i);
		for (int64 l = design->start[i]; l < design->start[i + 1]; l++)
			item += sign_of(design, l) * kos->message[l];
		for (int64 l = design->start[i]; l < design->start[i + 1]; l++)
		{
			kos->next[l] = item - sign_of(design, l) * kos->message[l];
			kos->sum[design->annotator[l]] += sign_of(design, l) * kos->next[l];
		}
	}
	for (int64 l = 0; l < design->n_labels; l++)
		kos->next[l] = kos->sum[design->annotator[l]] -
			sign_of(design, l) * kos->next[l];
}

/*
 * Scale the new messages of each block to mean square 1, take them over, and
 * return the greatest change.  A block whose messages vanish keeps the old.
 */
static double
take_messages(Kos *kos)
{
	const Design *design = kos->design;
	double		change = 0.0;

	memset(kos->scale, 0, sizeof(double) * kos->n_blocks);
	memset(kos->size, 0, sizeof(double) * kos->n_blocks);
	for (int64 l = 0; l < design->n_labels; l++)
	{
		int32		j = design->annotator[l];

		kos->scale[kos->block[j]] += kos->next[l] * kos->next[l];
		kos->size[kos->block[j]] += kos->sum[j] * kos->sum[j];
	}
	for (int b = 0; b < kos->n_blocks; b++)
		if (kos->scale[b] <= VANISHED * VANISHED * kos->size[b])
			kos->dead[b] = true;

	memset(kos->size, 0, sizeof(double) * kos->n_blocks);
	for (int64 l = 0; l < design->n_labels; l++)
		kos->size[kos->block[design->annotator[l]]] += 1.0;
	for (int64 l = 0; l < design->n_labels; l++)
	{
		int32		b = kos->block[design->annotator[l]];
		double		value;

		if (kos->dead[b])
			continue;
		value = kos->next[l] / sqrt(kos->scale[b] / kos->size[b]);
		change = fmax(change, fabs(value - kos->message[l]));
		kos->message[l] = value;
	}
	return change;
}

/* Allocate room for the messages of a design. */
static void
kos_init(Kos *kos, const Design *design)
{
	int32	   *block = join_annotators(design);

	kos->design = design;
	kos->n_blocks = number_blocks(block, design->n_annotators);
	kos->block = block;
	kos->scale = array_alloc(kos->n_blocks, sizeof(double), false);
	kos->size = array_alloc(kos->n_blocks, sizeof(double), false);
	kos->dead = array_alloc(kos->n_blocks, sizeof(bool), true);
	kos->sum = array_alloc(design->n_annotators, sizeof(double), true);
	kos->message = array_alloc(design->n_labels, sizeof(double), false);
	kos->next = array_alloc(design->n_labels, sizeof(double), false);
}

/* Pass messages until they settle. */
ConsensusModel *
kos_fit(const ModelData *data, const FitOptions *options)
{
	const Design *design = &data->design;
	ConsensusModel *m = model_create(MODEL_KOS, data);
	double	   *start = m->parameter;
	Kos			kos;

	kos_init(&kos, design);
	for (int j = 0; j < m->n_annotators; j++)
		start[j] = 1.0;
	for (int s = 0; s < POWER_STEPS; s++)
		if (power_step(&kos, start) <= POWER_TOLERANCE)
			break;
	orient(&kos, m->n_labels, start);

	for (int64 l = 0; l < design->n_labels; l++)
		kos.message[l] = start[design->annotator[l]];
	m->converged = design->n_labels == 0;
	for (m->iterations = 0;
		 m->iterations < options->max_iterations && !m->converged;)
	{
		CHECK_FOR_INTERRUPTS();
		m->iterations++;
		send_messages(&kos);
		m->converged = take_messages(&kos) <= options->tolerance;
	}
	if (m->iterations > 0)
		for (int j = 0; j < m->n_annotators; j++)
			if (!kos.dead[kos.block[j]])
				m->parameter[j] = kos.sum[j];
	scale_annotators(&kos, m->parameter);
	orient(&kos, m->n_labels, m->parameter);
	summarise_crowd(m);
	summarise_classes(m, data);
	return m;
}

/*
 * Score the two classes by the logarithm of the weight for them; a label of
 * negative weight is one for the other class.
 */
static void
kos_score_item(const ConsensusModel *m, int64 n, const int32 *annotator,
			   const int32 *code, double *score)
{
	double		total = 0.0;
	double		sum[2] = {0.0, 0.0};

	for (int64 l = 0; l < n; l++)
		total += fabs(m->parameter[annotator[l]]);
	for (int64 l = 0; l < n; l++)
	{
		double		weight = total > 0.0 ? m->parameter[annotator[l]] : 1.0;

		sum[weight < 0.0 ? 1 - code[l] : code[l]] += fabs(weight);
	}
	for (int k = 0; k < m->q; k++)
		score[k] = log(sum[k]);
}

/* The weight of the annotator's labels. */
static double
kos_skill(const ConsensusModel *m, int annotator)
{
	return m->parameter[annotator];
}

/* Are there two classes, or fewer and no labels, and weights of sensible size? */
static bool
kos_valid(const ConsensusModel *m)
{
	for (int j = 0; j <= m->n_annotators; j++)
		if (!(fabs(m->parameter[j]) <= MOST_WEIGHT))
			return false;
	return m->q == 2 || (m->q < 2 && m->n_all_labels == 0);
}

const ModelRoutine kos_routine = {
	.name = "kos",
	.width = 1,
	.valid = kos_valid,
	.score_item = kos_score_item,
	.skill = kos_skill
};
