/*
 * dict.h
 *		The dictionary of a state: its labels, annotators or items by code.
 *
 * A dictionary is one block of memory without pointers, so that it can lie
 * inside a flat state and be copied with it.  Entries are found by their class,
 * a number that an Intern (intern.h) gives to each set of equal values; classes
 * are valid only for the intern whose token stands in the block.
 *
 * Layout: header, class of each entry, offset of each entry's text, index
 * slots, texts (first the qualifier; each ends in a zero byte).
 */
#ifndef ANNOQA_DICT_H
#define ANNOQA_DICT_H

#include "postgres.h"
#include "label.h"

/* a label code must fit 24 bits beside the bits of the item key */
#define MAX_CATEGORIES	(1 << 24)
/* below so many entries a scan is faster than an index */
#define DICT_SCAN_LIMIT 48

typedef struct Dict
{
	uint64		serial;			/* its own since it was last bound; 0: never */
	uint32		size;			/* bytes of the whole block */
	int32		n;
	int32		cap;
	uint32		n_index;		/* slots, a power of two; 0: scan */
	uint32		text_used;
	uint32		text_cap;
	uint32		token;			/* whose classes these are; 0: nobody's */
	uint8		kind;			/* LabelKind */
	bool		declared;		/* entries stand in declared order */
	uint16		qualifier_len;
} Dict;

#define DICT_HEADER		MAXALIGN(sizeof(Dict))
#define DictClasses(d)	((uint32 *) ((char *) (d) + DICT_HEADER))
#define DictOffsets(d)	(DictClasses(d) + (d)->cap)
#define DictIndex(d)	(DictOffsets(d) + (d)->cap)
#define DictTexts(d)	((char *) (DictIndex(d) + (d)->n_index))
#define DictText(d, i)	(DictTexts(d) + DictOffsets(d)[i])
#define DictQualifier(d) DictTexts(d)

extern Size dict_size(int32 cap, uint32 text_cap);
extern void dict_init(Dict *d, int32 cap, uint32 text_cap);
extern void dict_copy(Dict *to, int32 cap, uint32 text_cap, const Dict *from);
extern void dict_set_space(Dict *d, LabelKind kind, const char *qualifier);
extern bool dict_has_room(const Dict *d, int n_more, Size text_more);
extern void dict_growth(const Dict *d, int n_more, Size text_more,
						int32 *cap, uint32 *text_cap);
extern Dict *dict_create(MemoryContext cxt, int32 cap, uint32 text_cap);
extern Dict *dict_enlarge(Dict *d, MemoryContext cxt, int n_more,
						  Size text_more);
extern void dict_check_categories(int64 n);
extern void dict_new_serial(Dict *d);
extern void dict_forget(Dict *d);
extern int32 dict_find_class(const Dict *d, uint32 cls);
extern int32 dict_append(Dict *d, uint32 cls, const char *text);
extern void dict_replace_text(Dict *d, int32 code, const char *text);
extern void dict_reindex(Dict *d);
extern bool dict_same_space(const Dict *a, const Dict *b);

#endif							/* ANNOQA_DICT_H */
