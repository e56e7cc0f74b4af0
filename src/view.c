/*
 * view.c
 *		The labels of a state in canonical order.
 *
 * Numbers stand by value, declared categories as declared, all others by the
 * bytes of their canonical text.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "intern.h"
#include "interrupts.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "view.h"

/* a label to be sorted */
typedef struct LabelRef
{
	const char *text;
	double		score;
	int32		code;
} LabelRef;

/* Order of numbers; NaN comes last, and equal doubles stand by their text. */
static inline int
compare_scores(const LabelRef *a, const LabelRef *b)
{
	bool		a_nan = isnan(a->score);
	bool		b_nan = isnan(b->score);

	if (a_nan || b_nan)
		return a_nan - b_nan;
	if (a->score != b->score)
		return a->score < b->score ? -1 : 1;
	return strcmp(a->text, b->text);
}

#define ST_SORT sort_by_score
#define ST_ELEMENT_TYPE LabelRef
#define ST_COMPARE(a, b) compare_scores(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_by_text
#define ST_ELEMENT_TYPE LabelRef
#define ST_COMPARE(a, b) strcmp((a)->text, (b)->text)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* The number that the canonical text of a label spells. */
double
label_score(const char *text)
{
	return strtod(text, NULL);
}

/* Allocate a view of so many categories over a dictionary. */
static LabelView *
view_allocate(const Dict *d, int n)
{
	LabelView  *v = palloc0(sizeof(LabelView));

	v->n = n;
	v->kind = (LabelKind) d->kind;
	v->qualifier = DictQualifier(d);
	v->rank = MemoryContextAllocHuge(CurrentMemoryContext,
									 sizeof(int32) * Max(d->n, 1));
	v->text = MemoryContextAllocHuge(CurrentMemoryContext,
									 sizeof(char *) * Max(n, 1));
	return v;
}

/* The labels of a dictionary in canonical order. */
LabelView *
label_view(const Dict *d)
{
	LabelView  *v = view_allocate(d, d->n);
	LabelRef	local[16];
	LabelRef   *refs = d->n <= lengthof(local) ? local :
		MemoryContextAllocHuge(CurrentMemoryContext, sizeof(LabelRef) * d->n);

	v->declared = d->declared;
	v->positional = d->declared;
	for (int32 i = 0; i < d->n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		refs[i].text = DictText(d, i);
		refs[i].code = i;
		refs[i].score = d->kind == LABEL_NUMBER ? label_score(refs[i].text) : 0;
	}
	if (!d->declared && d->kind == LABEL_NUMBER)
		sort_by_score(refs, d->n);
	else if (!d->declared)
		sort_by_text(refs, d->n);
	if (!d->declared && d->kind == LABEL_NUMBER)
		v->score = MemoryContextAllocHuge(CurrentMemoryContext,
										  sizeof(double) * Max(d->n, 1));
	for (int32 i = 0; i < d->n; i++)
	{
		v->rank[refs[i].code] = i;
		v->text[i] = refs[i].text;
		if (v->score)
			v->score[i] = refs[i].score;
	}
	if (refs != local)
		pfree(refs);
	return v;
}

/* Refuse a category that equals an earlier one. */
static void
category_repeated(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("category \"%s\" is declared twice", name)));
}

/*
 * The labels of a dictionary in the order of declared categories, which must
 * name every label that was seen (NULL: all entries were).
 */
LabelView *
label_view_declared(const Dict *d, int n, char *const *categories,
					const bool *seen)
{
	LabelView  *v = view_allocate(d, n);
	LabelKind	kind = d->kind == LABEL_NONE ? LABEL_TEXT : (LabelKind) d->kind;
	Intern	   *in = intern_for_space(CurrentMemoryContext, kind,
									  DictQualifier(d), "label");
	Dict	   *order = dict_create(CurrentMemoryContext, Max(n, 4), 64);

	v->declared = true;
	v->positional = true;
	for (int i = 0; i < n; i++)
	{
		const Spelling *sp = intern_category(in, categories[i]);

		CHECK_NOW_AND_THEN(i);
		if (dict_find_class(order, sp->cls) >= 0)
			category_repeated(categories[i]);
		if (!dict_has_room(order, 1, 1))
			order = dict_enlarge(order, CurrentMemoryContext, 1, 1);
		dict_append(order, sp->cls, "");
		v->text[i] = sp->text;
	}
	for (int32 i = 0; i < d->n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		v->rank[i] = dict_find_class(order,
									 intern_text(in, DictText(d, i))->cls);
		if (v->rank[i] < 0 && (seen == NULL || seen[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" is not among the declared categories",
							DictText(d, i)),
					 errhint("Add it to categories, or leave out the rows that have it.")));
	}
	return v;
}

/* The names in a text array of categories. */
int
category_names(ArrayType *array, char ***names)
{
	Datum	   *elems;
	bool	   *nulls;
	int			n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
					  &elems, &nulls, &n);
	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("categories must not be empty")));
	*names = palloc(sizeof(char *) * n);
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("categories must not contain NULL")));
		(*names)[i] = TextDatumGetCString(elems[i]);
	}
	return n;
}

/*
 * A dictionary with the entries of a view, or those of them that are used, as
 * it may be stored: without a trace of this backend.  new_code, if given, gets
 * the code of each canonical position.
 */
Dict *
view_dict(const Dict *like, const LabelView *view, const bool *used,
			   int32 *new_code)
{
	Size		text = like->qualifier_len + 1;
	int32		n = 0;
	Dict	   *d;

	for (int i = 0; i < view->n; i++)
		if (used == NULL || used[i])
		{
			text += strlen(view->text[i]) + 1;
			n++;
		}
	d = dict_create(CurrentMemoryContext, Max(n, 1), text);
	dict_set_space(d, (LabelKind) like->kind, DictQualifier(like));
	d->declared = like->declared;
	for (int i = 0; i < view->n; i++)
	{
		if (used != NULL && !used[i])
			continue;
		if (new_code)
			new_code[i] = d->n;
		/* any classes will do, but they must differ to be found apart */
		dict_append(d, (uint32) d->n, view->text[i]);
	}
	dict_forget(d);
	return d;
}
