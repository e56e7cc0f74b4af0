/*
 * item_labels.h
 *		The type item_labels: a log of (item, label), annotators anonymous.
 */
#ifndef ANNOQA_ITEM_LABELS_H
#define ANNOQA_ITEM_LABELS_H

#include "log.h"
#include "pattern_table.h"
#include "scale.h"
#include "view.h"

/* what a log of labels amounts to, in canonical order */
typedef struct Tabulated
{
	PatternTable *table;		/* in the codes of the dictionary */
	Patterns   *patterns;
	LabelView  *view;			/* points into the log's dictionary: ... */
	const Dict *dict;			/* ... this one, ... */
	int32		n_entries;		/* ... when it had so many entries ... */
	uint32		text_used;		/* ... and so many bytes of text */
} Tabulated;

extern PatternTable *log_table(Log *log);
extern Tabulated *log_tabulated(Log *log);

#endif							/* ANNOQA_ITEM_LABELS_H */
