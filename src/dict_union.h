/*
 * dict_union.h
 *		One dictionary for several states.
 */
#ifndef ANNOQA_DICT_UNION_H
#define ANNOQA_DICT_UNION_H

#include "dict.h"

/*
 * The entries of all dictionaries, NULL ones left out, in canonical order; an
 * error if they are of different kinds.  map[i][code] is what the code of
 * dictionary i becomes, NULL where that is the same.
 */
extern Dict *dict_union(int n, Dict *const *dicts, int32 **map,
						const char *role);

#endif							/* ANNOQA_DICT_UNION_H */
