/*
 * model_rows.c
 *		Rows of Dawid and Skene: from counts and prior counts to chances.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "interrupts.h"
#include "model_rows.h"

/* Refuse rows of more numbers than a stored model can hold. */
void
rows_check_size(int64 n_cells, int q)
{
	if (q > 0 && (n_cells > MAX_ROW_NUMBERS / q || q > MAX_ROW_NUMBERS / q))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("error rates for %d classes exceed the limit of %d numbers",
						q, MAX_ROW_NUMBERS),
				 errdetail("There is a number for each class and each label that an annotator used, and each two classes."),
				 errhint("Use one_coin, which keeps one number for each annotator.")));
}

/* Put the labels in the order of their annotators. */
static int64 *
order_by_annotator(const ModelData *data, int64 *first)
{
	const Design *d = &data->design;
	int64		n = d->n_labels + data->n_answers;
	int64	   *order = array_alloc(n, sizeof(int64), false);

	memset(first, 0, sizeof(int64) * ((Size) d->n_annotators + 1));
	for (int64 j = 0; j < n; j++)
		first[1 + (j < d->n_labels ? d->annotator[j] :
				   data->answer[j - d->n_labels].annotator)]++;
	for (int a = 0; a < d->n_annotators; a++)
		first[a + 1] += first[a];
	for (int64 j = 0; j < n; j++)
	{
		CHECK_NOW_AND_THEN(j);
		order[first[j < d->n_labels ? d->annotator[j] :
					data->answer[j - d->n_labels].annotator]++] = j;
	}
	/* each start has moved to the next one's place */
	for (int a = d->n_annotators; a > 0; a--)
		first[a] = first[a - 1];
	first[0] = 0;
	return order;
}

/* The label at a place of the joint list of labels and gold answers. */
static inline int32
label_at(const ModelData *data, int64 j)
{
	return j < data->design.n_labels ? data->design.code[j] :
		data->answer[j - data->design.n_labels].code;
}

#define ST_SORT sort_labels
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Find the cells that labels and gold answers fall into. */
ModelRows *
rows_create(const ModelData *data, int32 *cell, int32 *answer_cell)
{
	const Design *d = &data->design;
	ModelRows  *rows = palloc0(sizeof(ModelRows));
	int64	   *first = array_alloc((int64) d->n_annotators + 1,
									sizeof(int64), false);
	int64	   *order = order_by_annotator(data, first);
	int32	   *of_label = array_alloc(d->q, sizeof(int32), false);

	rows->start = array_alloc((int64) d->n_annotators + 1, sizeof(int64), true);
	rows->label = array_alloc(d->n_labels + data->n_answers, sizeof(int32),
							  false);
	memset(of_label, 0xFF, sizeof(int32) * d->q);
	for (int a = 0; a < d->n_annotators; a++)
	{
		int64		at = rows->start[a];

		CHECK_FOR_INTERRUPTS();
		for (int64 j = first[a]; j < first[a + 1]; j++)
		{
			int32		l = label_at(data, order[j]);

			if (of_label[l] < 0)
			{
				of_label[l] = 0;
				rows->label[at++] = l;
			}
		}
		sort_labels(rows->label + rows->start[a], at - rows->start[a]);
		for (int64 c = rows->start[a]; c < at; c++)
			of_label[rows->label[c]] = (int32) c;
		for (int64 j = first[a]; j < first[a + 1]; j++)
		{
			int32		c = of_label[label_at(data, order[j])];

			if (order[j] < d->n_labels)
				cell[order[j]] = c;
			else
				answer_cell[order[j] - d->n_labels] = c;
		}
		for (int64 c = rows->start[a]; c < at; c++)
			of_label[rows->label[c]] = -1;
		rows->start[a + 1] = at;
	}
	rows->n_cells = rows->start[d->n_annotators];
	rows_check_size(rows->n_cells, d->q);
	pfree(first);
	pfree(order);
	pfree(of_label);
	return rows;
}

/* Make room for prior counts and set them. */
void
row_prior_init(RowPrior *p, const PriorCounts *counts, int q,
			   const double *pooled)
{
	int64		n = (int64) q * q;

	p->q = q;
	p->count = array_alloc(n, sizeof(double), false);
	p->floored = array_alloc(n, sizeof(double), false);
	p->log_floored = array_alloc(n, sizeof(double), false);
	p->floored_total = array_alloc(q, sizeof(double), false);
	p->term = array_alloc(q, sizeof(double), false);
	row_prior_set(p, counts, pooled);
}

/* Spread prior counts as the pooled rows say. */
void
row_prior_set(RowPrior *p, const PriorCounts *counts, const double *pooled)
{
	int			q = p->q;

	p->total = counts->crowd + counts->diagonal + counts->even;
	memset(p->floored_total, 0, sizeof(double) * q);
	memset(p->term, 0, sizeof(double) * q);
	for (int l = 0; l < q; l++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < q; k++)
		{
			Size		at = (Size) l * q + k;
			double		x = counts->crowd * pooled[at] + counts->even / q +
				(l == k ? counts->diagonal : 0);

			p->count[at] = x;
			p->floored[at] = Max(x, LEAST_COUNT);
			p->log_floored[at] = log(p->floored[at]);
			p->floored_total[k] += p->floored[at];
			p->term[k] += x * p->log_floored[at];
		}
	}
}

/* What the crowd does: its counts, 1 on the right label and 1 spread evenly. */
void
rows_pool(const ModelRows *rows, int n_annotators, int q, double *pooled)
{
	double	   *total = array_alloc(q, sizeof(double), false);

	memset(pooled, 0, sizeof(double) * q * q);
	for (int k = 0; k < q; k++)
		total[k] = 2;
	for (int l = 0; l < q; l++)
		for (int k = 0; k < q; k++)
			pooled[(Size) l * q + k] = 1.0 / q + (l == k);
	for (int64 c = 0; c < rows->n_cells; c++)
	{
		double	   *to = pooled + (Size) rows->label[c] * q;
		const double *from = rows->count + c * q;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < q; k++)
		{
			to[k] += from[k];
			total[k] += from[k];
		}
	}
	for (int l = 0; l < q; l++)
		for (int k = 0; k < q; k++)
			pooled[(Size) l * q + k] /= total[k];
	pfree(total);
}

/* Totals of an annotator's classes: counts and prior counts over all labels. */
void
rows_totals(const ModelRows *rows, const RowPrior *p, int annotator,
			double *total)
{
	int			q = p->q;

	memcpy(total, p->floored_total, sizeof(double) * q);
	for (int64 c = rows->start[annotator]; c < rows->start[annotator + 1]; c++)
	{
		Size		at = (Size) rows->label[c] * q;
		const double *count = rows->count + c * q;

		for (int k = 0; k < q; k++)
		{
			double		x = count[k] + p->count[at + k];

			total[k] += Max(x, LEAST_COUNT) - p->floored[at + k];
		}
	}
}
