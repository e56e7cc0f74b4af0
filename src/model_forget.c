/*
 * model_forget.c
 *		A stored model without one of its annotators, whose name must go.
 *
 * What the others are worth stays as it was fitted.
 */
#include "postgres.h"

#include "annotator_model.h"
#include "array.h"
#include "utils/builtins.h"
#include "view.h"

/* Find an annotator by name; -1 where the model does not know him. */
static int
find_annotator(const Dict *annotators, const char *name)
{
	for (int a = 0; a < annotators->n; a++)
		if (strcmp(DictText(annotators, a), name) == 0)
			return a;
	return -1;
}

/* Take the entry of one annotator out of an array of one entry for each. */
static void
drop_entry(void *array, int n, int gone, Size width)
{
	char	   *at = (char *) array + gone * width;

	memmove(at, at + width, (n - gone - 1) * width);
}

/* Take the cells of one annotator out of the rows. */
static void
drop_cells(ModelRows *rows, int n, int gone, int q)
{
	int64		from = rows->start[gone];
	int64		to = rows->start[gone + 1];
	int64		n_after = rows->n_cells - to;

	memmove(rows->label + from, rows->label + to, n_after * sizeof(int32));
	memmove(rows->count + from * q, rows->count + to * q,
			n_after * q * sizeof(double));
	for (int a = gone; a < n; a++)
		rows->start[a] = rows->start[a + 1] - (to - from);
	rows->n_cells -= to - from;
}

/* without_annotator(annotator_model, text) */
PG_FUNCTION_INFO_V1(model_without_annotator);
Datum
model_without_annotator(PG_FUNCTION_ARGS)
{
	AnnotatorModel *copy = (AnnotatorModel *)
		state_copy(state_detoast(PG_GETARG_DATUM(0), STATE_ANNOTATOR_MODEL));
	OpenModel	open;
	ConsensusModel *m = &open.model;
	LabelView  *view;
	bool	   *used;
	int			n;
	int			gone;

	annotator_model_open(&open, PointerGetDatum(copy));
	n = m->n_annotators;
	gone = find_annotator(open.annotators,
						  text_to_cstring(PG_GETARG_TEXT_PP(1)));
	if (gone < 0)
		PG_RETURN_POINTER(copy);
	drop_entry(m->parameter, n + 1, gone, model_width(m) * sizeof(double));
	drop_entry(m->n_labels, n, gone, sizeof(int64));
	drop_entry(m->informativeness, n, gone, sizeof(double));
	drop_entry(m->informativeness_error, n, gone, sizeof(double));
	if (m->rows != NULL)
		drop_cells(m->rows, n, gone, m->q);
	m->n_annotators--;
	view = label_view(open.annotators);
	used = array_alloc(n, sizeof(bool), false);
	for (int a = 0; a < n; a++)
		used[view->rank[a]] = a != gone;
	PG_RETURN_POINTER(annotator_model_make(m, open.labels,
										   view_dict(open.annotators, view,
													 used, NULL)));
}
