/*
 * interrupts.h
 *		Letting a long loop be cancelled, without asking at every turn.
 */
#ifndef ANNOQA_INTERRUPTS_H
#define ANNOQA_INTERRUPTS_H

#include "miscadmin.h"

#define CHECK_NOW_AND_THEN(i) \
	do { \
		if (((i) & 0xFFFF) == 0) \
			CHECK_FOR_INTERRUPTS(); \
	} while (0)

/* ... where a step takes n turns of its own */
#define CHECK_BEFORE_LONG(n) \
	do { \
		if ((n) > 4096) \
			CHECK_FOR_INTERRUPTS(); \
	} while (0)

#endif							/* ANNOQA_INTERRUPTS_H */
