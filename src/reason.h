/*
 * reason.h
 *		Why there is no estimate, or none of its parts: the closed list.
 */
#ifndef ANNOQA_REASON_H
#define ANNOQA_REASON_H

typedef enum Reason
{
	REASON_NONE = 0,
	REASON_NO_ITEMS,
	REASON_NO_PAIRABLE_ITEMS,
	REASON_ONE_ANNOTATOR,
	REASON_ONE_CATEGORY,
	REASON_NO_EXPECTED_DISAGREEMENT,
	REASON_ZERO_VARIANCE,
	REASON_UNDEFINED_RESAMPLES,
	REASON_NO_DEFINED_PAIRS,
	REASON_TOO_FEW,
	REASON_TWO_ANNOTATORS,
	REASON_DISCONNECTED,
	REASON_FEW_ANNOTATORS,
	REASON_NO_SPREAD,
	REASON_NOT_IDENTIFIED
} Reason;

/* the word for it in the column "reason"; NULL for REASON_NONE */
extern const char *reason_name(Reason reason);

#endif							/* ANNOQA_REASON_H */
