/*
 * merge.h
 *		Merging states: labels of one are found or entered in the other.
 */
#ifndef ANNOQA_MERGE_H
#define ANNOQA_MERGE_H

#include "intern.h"

extern void merge_check(const Dict *first, const Dict *second,
						const char *role);
extern bool merge_into_second(Intern *in, const Dict *first,
							  const Dict *second);
extern Intern *merge_intern(Intern **cached, MemoryContext cxt,
							const Dict *d, const char *role);

#endif							/* ANNOQA_MERGE_H */
