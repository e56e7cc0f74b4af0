/*
 * distance.c
 *		Disagreement of labels that are no numbers: from the labels of a view to
 *		what sets.c and overlap.c compare.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "distance.h"
#include "label.h"
#include "miscadmin.h"
#include "overlap.h"
#include "sets.h"
#include "spans.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* an element of a label, before it has a number */
typedef struct ElementRef
{
	const char *text;
	int			label;
} ElementRef;

/* Allocate an array of n, at least one, that may be huge. */
static void *
allocate(Size size, Size n)
{
	return palloc_extended(size * Max(n, 1), MCXT_ALLOC_HUGE);
}

/* Refuse more labels than a limit allows. */
void
distance_check_limit(const LabelView *view, int limit, const char *what)
{
	if (view->n > limit)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d distinct labels are too many for %s",
						view->n, what),
				 errdetail("Every pair of labels is compared; the limit is %d labels.",
						   limit),
				 errhint("Take a random sample of the items.")));
}

/* Turn the labels of a view into values of a type. */
Datum *
distance_values(LabelType *lt, const LabelView *view)
{
	Datum	   *value = allocate(sizeof(Datum), view->n);

	for (int i = 0; i < view->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		value[i] = label_from_text(lt, view->text[i]);
	}
	return value;
}

/* Order elements by text, then by label. */
static int
compare_elements(const void *a, const void *b)
{
	const ElementRef *x = a;
	const ElementRef *y = b;
	int			order = strcmp(x->text, y->text);

	return order != 0 ? order : (x->label > y->label) - (x->label < y->label);
}

/* Collect the elements of all labels; each set gets room for its own. */
static ElementRef *
collect_elements(const LabelView *view, ElementSet *sets, Size *n_refs)
{
	LabelType	lt;
	Datum	   *value;
	Size		n = 0;
	Size		cap = 256;
	ElementRef *refs = allocate(sizeof(ElementRef), cap);

	label_type_from_space(&lt, LABEL_SET, "", CurrentMemoryContext);
	value = distance_values(&lt, view);
	for (int i = 0; i < view->n; i++)
	{
		Datum	   *elems;
		int			m;

		deconstruct_array(DatumGetArrayTypeP(value[i]), TEXTOID, -1, false,
						  TYPALIGN_INT, &elems, NULL, &m);
		if (n + m > cap)
		{
			cap = Max(cap * 2, n + m);
			refs = repalloc_huge(refs, sizeof(ElementRef) * cap);
		}
		sets[i].n = 0;
		sets[i].element = allocate(sizeof(int32), m);
		for (int j = 0; j < m; j++)
		{
			refs[n].text = TextDatumGetCString(elems[j]);
			refs[n++].label = i;
		}
	}
	*n_refs = n;
	return refs;
}

/* Read labels as sets; elements are numbered by the bytes of their text. */
static void *
read_sets(const LabelView *view)
{
	ElementSet *sets = allocate(sizeof(ElementSet), view->n);
	Size		n;
	ElementRef *refs = collect_elements(view, sets, &n);
	int32		number = 0;

	qsort(refs, n, sizeof(ElementRef), compare_elements);
	for (Size i = 0; i < n; i++)
	{
		ElementSet *set = &sets[refs[i].label];

		if (i > 0 && strcmp(refs[i].text, refs[i - 1].text) != 0)
			number++;
		if (set->n == 0 || set->element[set->n - 1] != number)
			set->element[set->n++] = number;
	}
	pfree(refs);
	return sets;
}

/* Read labels of a range or multirange type as stretches of a line. */
static StretchList *
read_stretches(LabelType *lt, const LabelView *view)
{
	StretchList *lists = allocate(sizeof(StretchList), view->n);
	Datum	   *value = distance_values(lt, view);
	RangeReader reader;

	range_reader_init(&reader, lt->type);
	for (int i = 0; i < view->n; i++)
	{
		RangeType **ranges;
		int			n = range_reader_parts(&reader, value[i], &ranges);

		CHECK_FOR_INTERRUPTS();
		lists[i].n = 0;
		lists[i].stretch = allocate(sizeof(Stretch), n);
		for (int j = 0; j < n; j++)
			lists[i].n += range_reader_stretch(&reader, ranges[j],
											   view->text[i],
											   &lists[i].stretch[lists[i].n]);
	}
	stretches_prepare(lists, view->n);
	return lists;
}

/* Read labels of type box as rectangles. */
static Rectangle *
read_rectangles(LabelType *lt, const LabelView *view)
{
	Rectangle  *rectangles = allocate(sizeof(Rectangle), view->n);
	Datum	   *value = distance_values(lt, view);

	for (int i = 0; i < view->n; i++)
		box_rectangle(DatumGetBoxP(value[i]), view->text[i], &rectangles[i]);
	rectangles_prepare(rectangles, view->n);
	return rectangles;
}

/* Give the Jaccard distance of two labels. */
static double
jaccard_of_labels(void *arg, int c, int k)
{
	const ElementSet *sets = arg;

	return jaccard_distance(&sets[c], &sets[k]);
}

/* Give the MASI distance of two labels. */
static double
masi_of_labels(void *arg, int c, int k)
{
	const ElementSet *sets = arg;

	return masi_distance(&sets[c], &sets[k]);
}

/* Give the distance of two labels that are ranges or multiranges. */
static double
overlap_of_ranges(void *arg, int c, int k)
{
	const StretchList *lists = arg;

	return stretches_distance(&lists[c], &lists[k]);
}

/* Give the distance of two labels that are boxes. */
static double
overlap_of_boxes(void *arg, int c, int k)
{
	const Rectangle *rectangles = arg;

	return rectangles_distance(&rectangles[c], &rectangles[k]);
}

/* Give the distance of two categories when nobody gave a label. */
static double
unread_distance(void *arg, int c, int k)
{
	return c == k ? 0 : 1;
}

/* the levels of this file, and the labels that each is for */
static const struct
{
	const char *name;
	LabelKind	kind;
	const char *labels;
	const char *types;
}			levels[] =
{
	{"jaccard", LABEL_SET, "sets", "type text[]"},
	{"masi", LABEL_SET, "sets", "type text[]"},
	{"overlap", LABEL_SPAN, "ranges or boxes",
	"a range or multirange type, or of type box"}
};

/* Find a level by its name; -1 when there is none. */
static int
level_index(const char *name)
{
	for (int i = 0; i < lengthof(levels); i++)
		if (strcmp(name, levels[i].name) == 0)
			return i;
	return -1;
}

/* Tell whether a name is that of a level of this file. */
bool
distance_level(const char *name)
{
	return level_index(name) >= 0;
}

/* Give the scale the overlap of ranges, multiranges or boxes. */
static void
set_overlap(Scale *scale, const LabelView *view)
{
	LabelType	lt;

	label_type_from_space(&lt, view->kind, view->qualifier,
						  CurrentMemoryContext);
	if (lt.type == BOXOID)
	{
		scale->distance = overlap_of_boxes;
		scale->distance_arg = read_rectangles(&lt, view);
	}
	else
	{
		scale->distance = overlap_of_ranges;
		scale->distance_arg = read_stretches(&lt, view);
	}
}

/* Give the scale a disagreement by a level of this file. */
void
distance_from_level(Scale *scale, const char *level, const LabelView *view)
{
	int			i = level_index(level);

	if (i < 0)
		elog(ERROR, "unrecognized level: %s", level);
	scale->kind = LEVEL_DISTANCE;
	scale->q = view->n;
	if (view->kind == LABEL_NONE)
	{
		scale->distance = unread_distance;
		return;
	}
	if (view->kind != levels[i].kind)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level \"%s\" needs labels that are %s",
						level, levels[i].labels),
				 errhint("Aggregate labels of %s, or choose another level.",
						 levels[i].types)));
	distance_check_limit(view, MAX_LEVEL_LABELS, psprintf("level \"%s\"", level));
	if (levels[i].kind == LABEL_SPAN)
	{
		set_overlap(scale, view);
		return;
	}
	scale->distance = strcmp(level, "masi") == 0 ? masi_of_labels :
		jaccard_of_labels;
	scale->distance_arg = read_sets(view);
}
