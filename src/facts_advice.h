/*
 * facts_advice.h
 *		What the facts advise for an item: how likely its answers are, what one
 *		more label would bring, who should give it, what is like it.
 */
#ifndef ANNOQA_FACTS_ADVICE_H
#define ANNOQA_FACTS_ADVICE_H

#include "facts.h"

/* who is best in each stratum, the strata by code, that without name last */
typedef struct Skills
{
	int64	   *start;			/* strata.n + 2 entries */
	int32	   *annotator;		/* best first */
} Skills;

/* how many settled items have the same leading labels */
typedef struct LikeItems
{
	struct like_hash *hash;
} LikeItems;

/* dissents of an annotator that were settled */
typedef struct DissentCount
{
	int64		settled;
	int64		upheld;
} DissentCount;

/* facts_chance.c */
extern bool vote_chances(const Facts *f, int64 item, const ItemVotes *v,
						 double *chance);
extern double label_gain_of(const Facts *f, const ItemVotes *v,
							const double *chance, double quality);
extern double median_accuracy(const Facts *f);

/* facts_skill.c */
extern void facts_judge(Facts *f, double floor);
extern void facts_skills(const Facts *f, Skills *result);
extern int	suggest(const Facts *f, const Skills *s, int64 item, bool votes,
					int32 *annotator, int most);

/* facts_like.c */
extern void like_items(const Facts *f, LikeItems *result);
extern int64 like_items_of(const LikeItems *l, int32 a, int32 b);
extern DissentCount *dissent_counts(const Facts *f);
extern bool *rejected_items(const Facts *f, double target, double confidence);
extern bool median_price(const Facts *f, double *price);

#endif							/* ANNOQA_FACTS_ADVICE_H */
