/*
 * log_merge.h
 *		Merging two logs of labels, for combine functions and roll-ups.
 */
#ifndef ANNOQA_LOG_MERGE_H
#define ANNOQA_LOG_MERGE_H

#include "log.h"

/* interns of the labels, annotators and items of the states merged here */
typedef struct MergeCache
{
	Intern	   *intern[LOG_DICTS];
} MergeCache;

extern Datum log_combine(FunctionCallInfo fcinfo, StateType type);

#endif							/* ANNOQA_LOG_MERGE_H */
