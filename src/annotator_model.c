/*
 * annotator_model.c
 *		The type annotator_model: a fitted consensus model as one value.
 */
#include "postgres.h"

#include "annotator_model.h"
#include "array.h"
#include "interrupts.h"
#include "match.h"
#include "merge.h"
#include "utils/memutils.h"
#include "wire.h"

#define MODEL_HEADER MAXALIGN(sizeof(AnnotatorModel))

/* why a model is not identified, as it is stored: append, never renumber */
static const Reason reasons[] = {
	REASON_NONE, REASON_NO_ITEMS, REASON_ONE_CATEGORY, REASON_ONE_ANNOTATOR,
	REASON_TWO_ANNOTATORS, REASON_DISCONNECTED, REASON_NOT_IDENTIFIED
};

/* The reasons that a model can have, by stored number; false: no such. */
bool
model_reason(uint8 number, Reason *reason)
{
	*reason = number < lengthof(reasons) ? reasons[number] : REASON_NONE;
	return number < lengthof(reasons);
}

/* The number by which a reason is stored. */
static uint8
reason_number(Reason reason)
{
	for (int i = 0; i < lengthof(reasons); i++)
		if (reasons[i] == reason)
			return (uint8) i;
	elog(ERROR, "unrecognized reason of a model: %d", (int) reason);
	return 0;					/* keep compiler quiet */
}

/* Take n elements of this width from a block that begins at base. */
static void *
take(char *base, Size *at, int64 n, Size width)
{
	void	   *array = base + *at;

	*at += (Size) n * width;
	return array;
}

/* Set the arrays of an opened model; returns where they end. */
static Size
lay_out(const AnnotatorModel *v, char *base, OpenModel *open)
{
	ConsensusModel *m = &open->model;
	int64		n = v->n_annotators;
	int64		q = v->q;
	Size		at = MODEL_HEADER;

	m->class_prior = take(base, &at, q, sizeof(double));
	m->parameter = take(base, &at, (n + 1) * model_width(m), sizeof(double));
	m->informativeness = take(base, &at, n, sizeof(double));
	m->informativeness_error = take(base, &at, n, sizeof(double));
	m->n_labels = take(base, &at, n, sizeof(int64));
	m->rows = NULL;
	if (v->has_rows)
	{
		open->rows.n_cells = v->n_cells;
		open->rows.count = take(base, &at, v->n_cells * q, sizeof(double));
		open->rows.pooled = take(base, &at, q * q, sizeof(double));
		open->rows.start = take(base, &at, n + 1, sizeof(int64));
		open->rows.label = take(base, &at, v->n_cells, sizeof(int32));
		m->rows = &open->rows;
	}
	return MAXALIGN(at);
}

/* Copy the figures of a header to an opened model. */
static void
read_header(const AnnotatorModel *v, ConsensusModel *m)
{
	m->method = (ModelMethod) v->method;
	m->q = v->q;
	m->n_annotators = v->n_annotators;
	m->prior = v->prior;
	m->hierarchical = v->hierarchical != 0;
	m->n_items = v->n_items;
	m->n_all_labels = v->n_all_labels;
	m->iterations = v->iterations;
	m->converged = v->converged != 0;
	m->objective = v->objective;
	m->log_likelihood = v->log_likelihood;
	m->identified = v->identified != 0;
	m->n_blocks = v->n_blocks;
	(void) model_reason(v->reason, &m->reason);
}

/* Copy a dictionary into a value. */
static Size
put_dict(AnnotatorModel *v, Size at, const Dict *d)
{
	Dict	   *to = (Dict *) ((char *) v + at);

	dict_copy(to, Max(d->n, 1), d->text_used, d);
	dict_forget(to);
	return at + to->size;
}

/* Allocate a value for a model of this size, and open it. */
AnnotatorModel *
annotator_model_allocate(const AnnotatorModel *sizes, const Dict *labels,
						 const Dict *annotators, OpenModel *open)
{
	AnnotatorModel *v;
	Size		at,
				size;

	memset(open, 0, sizeof(OpenModel));
	read_header(sizes, &open->model);
	at = lay_out(sizes, NULL, open);
	size = at + dict_size(Max(labels->n, 1), labels->text_used) +
		dict_size(Max(annotators->n, 1), annotators->text_used);
	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a model of %d annotators and %d classes would exceed %zu bytes",
						sizes->n_annotators, sizes->q, (Size) MaxAllocSize),
				 errhint("Use one_coin, which keeps two numbers for each annotator.")));
	v = palloc0(size);
	*v = *sizes;
	SET_VARSIZE(v, size);
	v->header.type = STATE_ANNOTATOR_MODEL;
	v->header.format = STATE_FORMAT;
	(void) lay_out(v, (char *) v, open);
	v->dict[0] = (uint32) at;
	v->dict[1] = (uint32) put_dict(v, at, labels);
	(void) put_dict(v, v->dict[1], annotators);
	open->labels = (Dict *) ((char *) v + v->dict[0]);
	open->annotators = (Dict *) ((char *) v + v->dict[1]);
	return v;
}

/* The header of a model to be stored. */
static void
write_header(const ConsensusModel *m, AnnotatorModel *v)
{
	memset(v, 0, sizeof(AnnotatorModel));
	v->method = m->method;
	v->hierarchical = m->hierarchical;
	v->converged = m->converged;
	v->identified = m->identified;
	v->reason = reason_number(m->reason);
	v->iterations = m->iterations;
	v->q = m->q;
	v->n_annotators = m->n_annotators;
	v->has_rows = m->rows != NULL;
	v->n_items = m->n_items;
	v->n_all_labels = m->n_all_labels;
	v->n_blocks = m->n_blocks;
	v->n_cells = m->rows ? m->rows->n_cells : 0;
	v->objective = m->objective;
	v->log_likelihood = m->log_likelihood;
	v->prior = m->prior;
}

/* Store a model. */
AnnotatorModel *
annotator_model_make(const ConsensusModel *m, const Dict *labels,
					 const Dict *annotators)
{
	int64		n = m->n_annotators;
	int64		q = m->q;
	AnnotatorModel sizes;
	AnnotatorModel *v;
	OpenModel	to;

	Assert(labels->n == m->q && annotators->n == m->n_annotators);
	write_header(m, &sizes);
	v = annotator_model_allocate(&sizes, labels, annotators, &to);
	memcpy(to.model.class_prior, m->class_prior, sizeof(double) * q);
	memcpy(to.model.parameter, m->parameter,
		   sizeof(double) * (n + 1) * model_width(m));
	memcpy(to.model.informativeness, m->informativeness, sizeof(double) * n);
	memcpy(to.model.informativeness_error, m->informativeness_error,
		   sizeof(double) * n);
	memcpy(to.model.n_labels, m->n_labels, sizeof(int64) * n);
	if (m->rows != NULL)
	{
		memcpy(to.rows.count, m->rows->count,
			   sizeof(double) * m->rows->n_cells * q);
		memcpy(to.rows.pooled, m->rows->pooled, sizeof(double) * q * q);
		memcpy(to.rows.start, m->rows->start, sizeof(int64) * (n + 1));
		memcpy(to.rows.label, m->rows->label,
			   sizeof(int32) * m->rows->n_cells);
	}
	return v;
}

/* Check what must always hold; compiled under assertions. */
static inline void
check_model(const AnnotatorModel *v, const OpenModel *open)
{
#ifdef USE_ASSERT_CHECKING
	const ConsensusModel *m = &open->model;

	Assert(v->header.layout == 0 && v->header.reserved == 0);
	Assert(open->labels->n == m->q && dict_is_valid(open->labels));
	Assert(open->annotators->n == m->n_annotators);
	Assert(dict_is_valid(open->annotators));
	Assert(v->dict[0] + open->labels->size <= v->dict[1]);
	Assert(v->dict[1] + open->annotators->size <= VARSIZE(v));
	Assert(model_routine(m->method)->valid(m));
	for (int a = 0; m->rows != NULL && a < m->n_annotators; a++)
	{
		Assert(m->rows->start[a] <= m->rows->start[a + 1]);
		for (int64 c = m->rows->start[a]; c < m->rows->start[a + 1]; c++)
			Assert(m->rows->label[c] >= 0 && m->rows->label[c] < m->q &&
				   (c == m->rows->start[a] ||
					m->rows->label[c - 1] < m->rows->label[c]));
	}
#endif
}

/* Open a stored model; nothing is copied. */
void
annotator_model_open(OpenModel *open, Datum value)
{
	AnnotatorModel *v = (AnnotatorModel *) state_detoast(value,
														 STATE_ANNOTATOR_MODEL);

	memset(open, 0, sizeof(OpenModel));
	if (model_routine((ModelMethod) v->method) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("stored model is of method %d, which this library does not know",
						v->method),
				 errhint("Install the newer version of annoqa that wrote it.")));
	read_header(v, &open->model);
	(void) lay_out(v, (char *) v, open);
	open->labels = (Dict *) ((char *) v + v->dict[0]);
	open->annotators = (Dict *) ((char *) v + v->dict[1]);
	check_model(v, open);
}

/* What the model calls each entry of a dictionary, or -1. */
static int32 *
find_entries(const Dict *model, const Dict *d, const char *role)
{
	if (model->n > 0 && d->n > 0)
		merge_check(d, model, role);
	return match_entries(model, d, role);
}

/* Refuse labels of a design that the model does not know. */
static void
check_labels_known(const Design *d, const Dict *labels, const int32 *known)
{
	for (int64 j = 0; j < d->n_labels; j++)
	{
		CHECK_NOW_AND_THEN(j);
		if (known[d->code[j]] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" is not known to the model",
							DictText(labels, d->code[j])),
					 errhint("Fit a model to ratings that have it.")));
	}
}

/* Read ratings by a model. */
ModelReader *
model_reader_open(OpenModel *open, const Design *d, const Dict *labels,
				  const Dict *annotators)
{
	ModelReader *reader = reader_create(&open->model);
	int32	   *annotator = find_entries(open->annotators, annotators,
										 "annotator");
	int32	   *label = find_entries(open->labels, labels, "label");
	int32	   *class = array_alloc(open->labels->n, sizeof(int32), false);

	check_labels_known(d, labels, label);
	memset(class, 0xFF, sizeof(int32) * open->labels->n);
	for (int32 i = 0; i < annotators->n; i++)
		if (annotator[i] < 0)
			annotator[i] = open->model.n_annotators;
	for (int32 i = 0; i < labels->n; i++)
		if (label[i] >= 0)
			class[label[i]] = i;
	reader->q = labels->n;
	reader->annotator = annotator;
	reader->label = label;
	reader->class = class;
	return reader;
}
