/*
 * pattern_table.h
 *		A table of vote patterns and their counts while it is being filled.
 *
 * One block of memory without pointers, like a dictionary, so that it can lie
 * inside a stored agreement.  Codes are those of the state's own dictionary.
 *
 * Layout: header, count of each pattern, its hash, its first cell, index slots,
 * cells.
 */
#ifndef ANNOQA_PATTERN_TABLE_H
#define ANNOQA_PATTERN_TABLE_H

#include "patterns.h"

typedef struct PatternTable
{
	uint64		size;			/* bytes of the whole block */
	uint32		n;
	uint32		cap;
	uint32		n_cells;
	uint32		cell_cap;
	uint32		n_index;		/* slots, a power of two; 0: scan */
	uint32		pad;
} PatternTable;

#define TABLE_HEADER	MAXALIGN(sizeof(PatternTable))
#define TableCounts(t)	((int64 *) ((char *) (t) + TABLE_HEADER))
#define TableHashes(t)	((uint32 *) (TableCounts(t) + (t)->cap))
#define TableStarts(t)	(TableHashes(t) + (t)->cap)
#define TableIndex(t)	(TableStarts(t) + (t)->cap + 1)
#define TableCells(t) \
	((PatternCell *) (TableIndex(t) + (t)->n_index + \
					  (((t)->n_index + 1) & 1)))

extern Size table_size(uint32 cap, uint32 cell_cap);
extern void table_init(PatternTable *t, uint32 cap, uint32 cell_cap);
extern void table_copy(PatternTable *to, uint32 cap, uint32 cell_cap,
					   const PatternTable *from);
extern void table_growth(const PatternTable *t, uint32 n_cells,
						 uint32 *cap, uint32 *cell_cap);
extern PatternTable *table_create(uint32 cap, uint32 cell_cap);
extern PatternTable *table_enlarge(PatternTable *t, uint32 n_cells);
extern int64 table_find(const PatternTable *t, const PatternCell *cells,
						uint32 n_cells, uint32 hash);
extern bool table_has_room(const PatternTable *t, uint32 n_cells);
extern uint32 table_append(PatternTable *t, const PatternCell *cells,
						   uint32 n_cells, uint32 hash);
extern uint32 pattern_hash(const PatternCell *cells, uint32 n_cells);
extern void cells_sort(PatternCell *cells, uint32 n);
extern Patterns *table_patterns(const PatternTable *t, const int32 *rank,
								int q);
extern int64 patterns_find(const Patterns *p, const PatternCell *cells,
						   uint32 n_cells);

#endif							/* ANNOQA_PATTERN_TABLE_H */
