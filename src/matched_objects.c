/*
 * matched_objects.c
 *		From the boxes or ranges on one item to those that a quorum agrees on.
 *
 * A found box has the medians of its votes' coordinates.  A found range has the
 * median of their lower bounds and that of their upper bounds; of an even
 * number the lower of the two in the middle, so that it is a bound that
 * somebody gave, in whatever type.
 */
#include "postgres.h"

#include "array.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "matched.h"
#include "matched_objects.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"

/* how objects are compared */
typedef struct Shapes
{
	StretchList *list;			/* or NULL */
	Rectangle  *rectangle;		/* or NULL */
} Shapes;

/* Order of objects: by their lower and upper ends, then by who marked them. */
static int
compare_objects(const MarkedObject *a, const MarkedObject *b)
{
	for (int axis = 0; axis < 2; axis++)
	{
		const Stretch *x = &a->side[axis];
		const Stretch *y = &b->side[axis];

		if (x->lower != y->lower)
			return x->lower < y->lower ? -1 : 1;
		if (x->upper != y->upper)
			return x->upper < y->upper ? -1 : 1;
	}
	if (a->owner != b->owner)
		return a->owner < b->owner ? -1 : 1;
	return strcmp(a->label, b->label);
}

#define ST_SORT sort_objects
#define ST_ELEMENT_TYPE MarkedObject
#define ST_COMPARE(a, b) compare_objects(a, b)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_coordinates
#define ST_ELEMENT_TYPE double
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Prepare for objects whose type is told by a space of labels. */
void
marked_objects_init(MarkedObjects *m, LabelKind kind, const char *qualifier)
{
	memset(m, 0, sizeof(MarkedObjects));
	label_type_from_space(&m->type, kind, qualifier, CurrentMemoryContext);
	m->part = m->type;
	if (m->type.type != BOXOID)
	{
		if (!type_is_range(m->type.type) && !type_is_multirange(m->type.type))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("type %s is neither box nor range", qualifier)));
		range_reader_init(&m->reader, m->type.type);
		label_type_init(&m->part, m->reader.range->type_id, InvalidOid,
						"label", CurrentMemoryContext);
	}
}

/* Forget all objects; their memory is the caller's affair. */
void
marked_objects_clear(MarkedObjects *m)
{
	m->n = m->cap = 0;
	m->object = NULL;
	m->reader.has_origin = false;
}

/* Make room for one more object. */
static MarkedObject *
next_object(MarkedObjects *m, int owner, const char *label)
{
	MarkedObject *o;

	if (m->n >= MAX_MATCHED_OBJECTS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d objects on one item",
						MAX_MATCHED_OBJECTS),
				 errdetail("Every pair of objects is compared."),
				 errhint("Call it for each item, with GROUP BY, and for parts of very large ones.")));
	if (m->n == m->cap)
	{
		m->cap = Max(m->cap * 2, 16);
		m->object = m->object == NULL ?
			palloc(sizeof(MarkedObject) * m->cap) :
			repalloc(m->object, sizeof(MarkedObject) * m->cap);
	}
	o = &m->object[m->n];
	memset(o, 0, sizeof(MarkedObject));
	o->owner = owner;
	o->label = label;
	return o;
}

/* Add what one annotator marked: a box, a range, or the parts of a multirange. */
void
marked_objects_add(MarkedObjects *m, int owner, const char *label)
{
	Datum		value = label_from_text(&m->type, label);
	MarkedObject *o;
	RangeType **ranges;
	int			n;

	if (m->type.type == BOXOID)
	{
		Rectangle	r;

		o = next_object(m, owner, label);
		o->box = DatumGetBoxP(value);
		box_rectangle(o->box, label, &r);
		memcpy(o->side, r.side, sizeof(o->side));
		m->n++;
		return;
	}
	n = range_reader_parts(&m->reader, value, &ranges);
	for (int i = 0; i < n; i++)
	{
		o = next_object(m, owner, label);
		o->range = ranges[i];
		/* an empty range is no object */
		m->n += range_reader_stretch(&m->reader, ranges[i], label, &o->side[0]);
	}
}

/* Put the objects in order, each once for everybody who marked it. */
static void
arrange_objects(MarkedObjects *m)
{
	int			kept = 0;

	sort_objects(m->object, m->n);
	for (int i = 0; i < m->n; i++)
	{
		if (kept > 0 && m->object[kept - 1].owner == m->object[i].owner &&
			memcmp(m->object[kept - 1].side, m->object[i].side,
				   sizeof(m->object[i].side)) == 0)
			continue;
		m->object[kept++] = m->object[i];
	}
	m->n = kept;
}

/* Measure the objects for comparison. */
static void
measure_objects(const MarkedObjects *m, Shapes *shapes)
{
	bool		boxes = m->type.type == BOXOID;

	memset(shapes, 0, sizeof(Shapes));
	if (boxes)
		shapes->rectangle = palloc(sizeof(Rectangle) * Max(m->n, 1));
	else
		shapes->list = palloc(sizeof(StretchList) * Max(m->n, 1));
	for (int i = 0; i < m->n; i++)
	{
		if (boxes)
		{
			memcpy(shapes->rectangle[i].side, m->object[i].side,
				   sizeof(m->object[i].side));
			continue;
		}
		shapes->list[i].n = 1;
		shapes->list[i].stretch = palloc(sizeof(Stretch));
		shapes->list[i].stretch[0] = m->object[i].side[0];
	}
	if (boxes)
		rectangles_prepare(shapes->rectangle, m->n);
	else
		stretches_prepare(shapes->list, m->n);
}

/* How much two objects overlap. */
static double
overlap_of(const void *arg, int a, int b)
{
	const Shapes *shapes = arg;

	return 1 - (shapes->rectangle ?
				rectangles_distance(&shapes->rectangle[a],
									&shapes->rectangle[b]) :
				stretches_distance(&shapes->list[a], &shapes->list[b]));
}

/* The median of one end of one side of a group's objects. */
static double
median_end(const MarkedObjects *m, const int *member, int n, int axis,
		   bool lower)
{
	double	   *ends = palloc(sizeof(double) * n);
	double		median;

	for (int i = 0; i < n; i++)
	{
		const Stretch *s = &m->object[member[i]].side[axis];

		ends[i] = lower ? s->lower : s->upper;
	}
	sort_coordinates(ends, n);
	median = n % 2 == 1 ? ends[n / 2] : ends[n / 2 - 1] / 2 + ends[n / 2] / 2;
	pfree(ends);
	return median;
}

/* The box in the middle of a group of boxes. */
static Datum
middle_box(const MarkedObjects *m, const int *member, int n)
{
	BOX		   *box = palloc0(sizeof(BOX));

	box->low.x = median_end(m, member, n, 0, true);
	box->high.x = median_end(m, member, n, 0, false);
	box->low.y = median_end(m, member, n, 1, true);
	box->high.y = median_end(m, member, n, 1, false);
	return BoxPGetDatum(box);
}

/* The bound of a group of ranges that stands in the middle. */
static void
middle_bound(const MarkedObjects *m, const int *member, int n, bool lower,
			 RangeBound *result)
{
	TypeCacheEntry *type = m->reader.range;
	RangeBound *bounds = palloc(sizeof(RangeBound) * n);
	RangeBound	other;
	bool		empty;

	for (int i = 0; i < n; i++)
	{
		RangeBound	bound;
		int			at = i;

		range_deserialize(type, m->object[member[i]].range,
						  lower ? &bound : &other, lower ? &other : &bound,
						  &empty);
		while (at > 0 && range_cmp_bounds(type, &bounds[at - 1], &bound) > 0)
		{
			bounds[at] = bounds[at - 1];
			at--;
		}
		bounds[at] = bound;
	}
	*result = bounds[(n - 1) / 2];
	pfree(bounds);
}

/* The range in the middle of a group of ranges. */
static Datum
middle_range(const MarkedObjects *m, const int *member, int n)
{
	RangeBound	lower;
	RangeBound	upper;

	middle_bound(m, member, n, true, &lower);
	middle_bound(m, member, n, false, &upper);
	return RangeTypePGetDatum(annoqa_make_range(m->reader.range, &lower,
												&upper));
}

/* Do so many votes reach the quorum? */
static bool
is_quorum(int n_votes, int n_annotators, double quorum)
{
	if (quorum == 0)
		return 2 * (int64) n_votes > n_annotators;
	/* 3 of 5 reach .6, however that is rounded */
	return n_votes >= quorum * n_annotators - 1e-9;
}

/* Describe the object that a group of objects means. */
static void
describe_group(MarkedObjects *m, const Shapes *shapes, const int *member,
			   int n, FoundObject *found)
{
	found->n_votes = n;
	found->overlap = n > 1 ? mean_overlap(n, member, overlap_of, shapes) : 0;
	found->text = label_text(&m->part, m->type.type == BOXOID ?
							 middle_box(m, member, n) :
							 middle_range(m, member, n));
}

/* Find the objects that a quorum of the item's annotators marked. */
FoundObject *
marked_objects_find(MarkedObjects *m, int n_annotators,
					const MatchOptions *options, int *n_found)
{
	FoundObject *found;
	Shapes		shapes;
	int		   *owner,
			   *group,
			   *member;
	int			n_groups;

	*n_found = 0;
	arrange_objects(m);
	measure_objects(m, &shapes);
	owner = palloc(sizeof(int) * Max(m->n, 1));
	group = palloc(sizeof(int) * Max(m->n, 1));
	member = palloc(sizeof(int) * Max(m->n, 1));
	for (int i = 0; i < m->n; i++)
		owner[i] = m->object[i].owner;
	n_groups = match_objects(m->n, owner, overlap_of, &shapes,
							 options->min_overlap, group);
	found = palloc(sizeof(FoundObject) * Max(n_groups, 1));
	for (int g = 0; g < n_groups; g++)
	{
		int			n = 0;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < m->n; i++)
			if (group[i] == g)
				member[n++] = i;
		if (is_quorum(n, n_annotators, options->quorum))
			describe_group(m, &shapes, member, n, &found[(*n_found)++]);
	}
	return found;
}
