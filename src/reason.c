/*
 * reason.c
 *		The words of the column "reason".
 */
#include "postgres.h"

#include "reason.h"

/* Name a reason as SQL knows it. */
const char *
reason_name(Reason reason)
{
	switch (reason)
	{
		case REASON_NONE:
			return NULL;
		case REASON_NO_ITEMS:
			return "no_items";
		case REASON_NO_PAIRABLE_ITEMS:
			return "no_pairable_items";
		case REASON_ONE_ANNOTATOR:
			return "one_annotator";
		case REASON_ONE_CATEGORY:
			return "one_category";
		case REASON_NO_EXPECTED_DISAGREEMENT:
			return "no_expected_disagreement";
		case REASON_ZERO_VARIANCE:
			return "zero_variance";
		case REASON_UNDEFINED_RESAMPLES:
			return "undefined_resamples";
		case REASON_NO_DEFINED_PAIRS:
			return "no_defined_pairs";
		case REASON_TOO_FEW:
			return "too_few";
		case REASON_TWO_ANNOTATORS:
			return "two_annotators";
		case REASON_DISCONNECTED:
			return "disconnected";
		case REASON_FEW_ANNOTATORS:
			return "few_annotators";
		case REASON_NO_SPREAD:
			return "no_spread";
		case REASON_NOT_IDENTIFIED:
			return "not_identified";
	}
	elog(ERROR, "unrecognized reason: %d", (int) reason);
	return NULL;				/* keep compiler quiet */
}
