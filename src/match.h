/*
 * match.h
 *		Finding in one state what another one calls by the same value.
 */
#ifndef ANNOQA_MATCH_H
#define ANNOQA_MATCH_H

#include "intern.h"
#include "ratings.h"

/* a dictionary in which texts are looked up, as their type compares them */
typedef struct Matcher
{
	Dict	   *names;
	Intern	   *intern;
} Matcher;

extern void matcher_open(Matcher *m, const Dict *d, const char *role);
extern int32 matcher_code(Matcher *m, const char *text);

/*
 * The code in a of each entry of b, or -1; both of one space.  b may be an
 * empty dictionary of no space.
 */
extern int32 *match_entries(const Dict *a, const Dict *b, const char *role);

/*
 * The item of a that each item of b is, or -1.  The hint is for an error about
 * items of different types.
 */
extern int64 *match_items(const Ratings *a, const Ratings *b,
						  const char *hint);

#endif							/* ANNOQA_MATCH_H */
