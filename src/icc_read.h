/*
 * icc_read.h
 *		Intraclass correlations as SQL calls them.
 */
#ifndef ANNOQA_ICC_READ_H
#define ANNOQA_ICC_READ_H

#include "icc.h"

extern IccModel icc_model_argument(const text *argument);

#endif							/* ANNOQA_ICC_READ_H */
