/*
 * spans.h
 *		Values with a length or an area as overlap.c compares them.
 */
#ifndef ANNOQA_SPANS_H
#define ANNOQA_SPANS_H

#include "overlap.h"
#include "utils/geo_decls.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

/* how values of a range or multirange type are read */
typedef struct RangeReader
{
	TypeCacheEntry *range;		/* the range type, or that of a multirange */
	bool		multiple;
	bool		has_origin;
	Datum		origin;			/* the first bound met: all are told from it */
} RangeReader;

extern void range_reader_init(RangeReader *reader, Oid type);
extern int	range_reader_parts(RangeReader *reader, Datum value,
							   RangeType ***ranges);
extern bool range_reader_stretch(RangeReader *reader, const RangeType *range,
								 const char *label, Stretch *s);
extern void box_rectangle(const BOX *box, const char *label,
						  Rectangle *rectangle);

#endif							/* ANNOQA_SPANS_H */
