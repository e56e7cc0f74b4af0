/*
 * spans.c
 *		Values with a length or an area as overlap.c compares them.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "label.h"
#include "spans.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/* Refuse a label that has no finite measure. */
static void
check_stretch(const Stretch *s, const char *label, const char *measure)
{
	if (!isfinite(s->lower) || !isfinite(s->upper) || s->lower > s->upper)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("label \"%s\" has no %s", label, measure),
				 errhint("Overlap needs labels with finite bounds: leave out the rows that have others.")));
}

/* Give the place of a bound on the line, infinite where it has none. */
static double
bound_place(RangeReader *reader, const RangeBound *bound)
{
	double		nowhere = bound->lower ? -INFINITY : INFINITY;
	Oid			subtype = reader->range->rngelemtype->type_id;

	if (bound->infinite ||
		(subtype == DATEOID && DATE_NOT_FINITE(DatumGetDateADT(bound->val))) ||
		((subtype == TIMESTAMPOID || subtype == TIMESTAMPTZOID) &&
		 TIMESTAMP_NOT_FINITE(DatumGetTimestamp(bound->val))))
		return nowhere;
	if (!reader->has_origin)
	{
		reader->origin = bound->val;
		reader->has_origin = true;
	}
	return DatumGetFloat8(FunctionCall2Coll(&reader->range->rng_subdiff_finfo,
											reader->range->rng_collation,
											bound->val, reader->origin));
}

/*
 * Give the stretch of a range; false when the range is empty.  A range without
 * a finite bound is an error.
 */
bool
range_reader_stretch(RangeReader *reader, const RangeType *range,
					 const char *label, Stretch *s)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(reader->range, range, &lower, &upper, &empty);
	if (empty)
		return false;
	s->lower = bound_place(reader, &lower);
	s->upper = bound_place(reader, &upper);
	check_stretch(s, label, "length");
	return true;
}

/* Find the range type that labels of a type consist of. */
void
range_reader_init(RangeReader *reader, Oid type)
{
	memset(reader, 0, sizeof(RangeReader));
	reader->multiple = type_is_multirange(type);
	if (reader->multiple)
		type = get_multirange_range(type);
	reader->range = lookup_type_cache(type, TYPECACHE_RANGE_INFO);
	if (!OidIsValid(reader->range->rng_subdiff_finfo.fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("values of type %s have no length",
						format_type_be(type)),
				 errhint("Level \"overlap\" needs a range type with a SUBTYPE_DIFF function.")));
	if (!function_is_native(reader->range->rng_subdiff_finfo.fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the SUBTYPE_DIFF function of type %s is not written in C",
						format_type_be(type)),
				 errhint("Cast the labels to a range type of the server's, such as numrange.")));
}

/* Take a value apart into its ranges, one unless it is a multirange. */
int
range_reader_parts(RangeReader *reader, Datum value, RangeType ***ranges)
{
	int32		n = 1;

	if (reader->multiple)
		multirange_deserialize(reader->range, DatumGetMultirangeTypeP(value),
							   &n, ranges);
	else
	{
		*ranges = palloc(sizeof(RangeType *));
		(*ranges)[0] = DatumGetRangeTypeP(value);
	}
	return n;
}

/* Give the rectangle that a box is. */
void
box_rectangle(const BOX *box, const char *label, Rectangle *rectangle)
{
	Stretch    *side = rectangle->side;

	side[0].lower = box->low.x;
	side[0].upper = box->high.x;
	side[1].lower = box->low.y;
	side[1].upper = box->high.y;
	check_stretch(&side[0], label, "area");
	check_stretch(&side[1], label, "area");
}
