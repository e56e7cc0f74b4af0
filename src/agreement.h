/*
 * agreement.h
 *		The type agreement: a histogram of vote patterns, stored.
 *
 * Two blocks without pointers, the table of patterns and the dictionary of its
 * codes; both may have room to spare while an aggregate fills them.
 */
#ifndef ANNOQA_AGREEMENT_H
#define ANNOQA_AGREEMENT_H

#include "intern.h"
#include "pattern_table.h"
#include "state.h"

typedef struct Agreement
{
	StateHeader header;
	uint32		table;			/* offset of the PatternTable */
	uint32		dict;			/* offset of the Dict */
} Agreement;

#define AgreementTable(a) ((PatternTable *) ((char *) (a) + (a)->table))
#define AgreementDict(a) ((Dict *) ((char *) (a) + (a)->dict))

extern Agreement *agreement_allocate(uint32 cap, uint32 cell_cap,
									 int32 dict_cap, uint32 text_cap);
extern Agreement *agreement_create(const PatternTable *table,
								   const Dict *dict);
extern Agreement *agreement_union(Agreement *first, const Agreement *second,
								  Intern **cached, MemoryContext cxt);

#endif							/* ANNOQA_AGREEMENT_H */
