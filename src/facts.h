/*
 * facts.h
 *		What a source holds, read once in columns, and what follows from it for
 *		each row and item: votes, consensus, gold, repeats, dissent.
 *
 * Rows stand by item, annotator and time; codes of items, annotators, labels
 * and the rest are canonical positions, so that nothing depends on the order
 * in which rows were read.  A fact of a row is a bit, and a count over a group
 * of rows is the count of a bit.
 */
#ifndef ANNOQA_FACTS_H
#define ANNOQA_FACTS_H

#include "common/int.h"
#include "design.h"
#include "facts_sum.h"

/* what is known of a row; a label is the one that stands of its pair */
typedef enum FactBit
{
	BIT_LABELING,				/* a row with a label, before resolving */
	BIT_SKIP,					/* a row that was skipped */
	BIT_GOLD_ROW,
	BIT_GOLD_AUTHOR,			/* a label whose author says what is gold */
	BIT_ASIDE,					/* invalid, without label, or in conflict */
	BIT_LABEL,
	BIT_REPEAT,					/* a further row of its annotator and item */
	BIT_REPEAT_EQUAL,			/* ... that equals the first */
	BIT_TASK,					/* stands for its annotator and item */
	BIT_SKIPPED,				/* ... if one of their rows was skipped */
	BIT_VOTE,
	BIT_SCORED,
	BIT_CORRECT,
	BIT_EDGE,					/* an edge case, the own vote left out */
	BIT_EDGE_SCORED,
	BIT_EDGE_CORRECT,
	BIT_OTHERS,					/* the others have a consensus */
	BIT_OTHERS_EQUAL,
	BIT_OTHERS_TIED,
	BIT_VENDORS,				/* the other vendors have a consensus */
	BIT_VENDORS_EQUAL,
	BIT_DISSENT,				/* a lone one, with its outcome: */
	BIT_UPHELD,
	BIT_OVERRULED,
	BIT_NEITHER,
	BIT_OPEN,
	BIT_SIGNAL,					/* of an edge case */
	BIT_CONFIRMED,
	BIT_ADJUDICATED,
	BIT_ADJUDICATED_EQUAL,
	BIT_REWORK,
	BIT_REVIEWED,
	BIT_FIRST_ACCEPTED,
	BIT_ACCEPTED,				/* at last */
	BIT_TIMED,					/* the label states its seconds */
	BIT_PACED,					/* ... and is a person's, */
	BIT_FAST,					/* who was fast among people */
	BIT_STALE,					/* an older guideline than the newest then */
	BIT_STATED,					/* the label states a confidence */
	BIT_STATED_SCORED,
	BIT_STATED_CORRECT,
	BIT_MODEL,
	BIT_EXPERT,
	BIT_UNTIMED,				/* a label without a time */
	BIT_RECENT,
	BIT_RECENT_SCORED,
	BIT_RECENT_CORRECT,
	BIT_BEFORE,
	BIT_SUGGESTED,
	BIT_SUGGESTION_CHANGED,
	BIT_SUGGESTION_WRONG,		/* scored, and not a gold answer */
	BIT_WRONG_KEPT
} FactBit;

#define N_FACT_BITS (BIT_WRONG_KEPT + 1)
#define FactFlag(bit) (UINT64CONST(1) << (bit))
/* not counted: a label after the first ones of its item, which are compared */
#define FLAG_LATER FactFlag(N_FACT_BITS)

/* facts of rows that count where the item's last label does */
#define FACTS_OF_ITEM \
	(FactFlag(BIT_OTHERS) | FactFlag(BIT_OTHERS_EQUAL) | \
	 FactFlag(BIT_OTHERS_TIED) | FactFlag(BIT_VENDORS) | \
	 FactFlag(BIT_VENDORS_EQUAL))

/* what is known of an item */
#define ITEM_LABELED		0x0001
#define ITEM_GOLD			0x0002
#define ITEM_GOLD_CONFLICT	0x0004
#define ITEM_TIED			0x0008
#define ITEM_EDGE			0x0010
#define ITEM_MARKED			0x0020	/* an adjudicator marked it as an edge case */
#define ITEM_ADJUDICATED	0x0040	/* a case stands */
#define ITEM_REOPENED		0x0080	/* the latest case does not stand */
#define ITEM_DISPUTED		0x0100	/* needs or needed adjudication */
#define ITEM_REVISITED		0x0200	/* labeled, reviewed or judged again */
#define ITEM_EXPERT_DISSENT	0x0400
#define ITEM_GOLD_DISSENT	0x0800	/* consensus at the threshold, not gold */
#define ITEM_UNCLEAR		0x1000	/* two votes or more: tie, or below */
#define ITEM_BACKLOG		0x2000
#define ITEM_GOLD_AUTHOR	0x8000	/* who says what is gold labeled it, too */
#define ITEM_PRESENT		0x4000	/* in the relation, not in its gold alone */

typedef enum FactKind
{
	KIND_HUMAN,
	KIND_EXPERT,
	KIND_MODEL
} FactKind;

typedef enum FactReview
{
	REVIEW_NONE,
	REVIEW_ACCEPTED,
	REVIEW_FIXED,
	REVIEW_REJECTED
} FactReview;

typedef enum ResolveRule
{
	RESOLVE_LATEST,
	RESOLVE_FIRST,
	RESOLVE_ERROR,
	RESOLVE_COLLECT
} ResolveRule;

typedef enum ConsensusRule
{
	CONSENSUS_MAJORITY,
	CONSENSUS_WEIGHTED,
	CONSENSUS_MODEL,
	CONSENSUS_MEDIAN,
	CONSENSUS_NONE
} ConsensusRule;

/* whether an item with one vote may leave */
typedef enum ReleaseRule
{
	RELEASE_PROVEN,				/* if its author meets the floor */
	RELEASE_ALL,
	RELEASE_NONE
} ReleaseRule;

#define NO_TIME PG_INT64_MIN
#define USECS_DAY INT64CONST(86400000000)

/* a name's code is its canonical position */
typedef struct FactNames
{
	int32		n;
	const char **text;
} FactNames;

/* what decides; docs/sources.md, "Settings" */
typedef struct FactRules
{
	ResolveRule resolve;
	ConsensusRule consensus;
	ReleaseRule release_singles;
	double		threshold;
	int			required_labels;
	int			max_labels;
	int			first_labels;	/* of an item, to be compared; 0: all */
	bool		models_vote;
	bool		gold_from_adjudication;
	bool		count_conflicts;	/* under 'error', rather than refuse them */
	bool		has_review;		/* columns that the source names */
	bool		has_suggestion;
	int64		period;			/* microseconds */
} FactRules;

/* a decision of an adjudicator */
typedef struct FactCase
{
	int32		item;			/* -1: not in the source */
	int32		code;			/* -1: none */
	bool		edge;
	int64		at;
	int64		reopened_at;	/* NO_TIME: it stands */
} FactCase;

/* what the stored model says of an item */
typedef struct ModelAnswer
{
	bool		known;
	int32		code;			/* -1: a tie */
	double		probability;	/* NaN: not known, as below */
	double		gain;			/* of one more label */
	const char *soft_label;
} ModelAnswer;

/* of an annotator; given by the caller */
typedef struct FactPerson
{
	const char *phase;			/* NULL: production */
	bool		votes;			/* as the phase has it */
	bool		has_weight;
	Exact		weight;
	int8		meets_floor;	/* 1, 0, or -1: not known */
	double		accuracy;		/* shrunken; NaN: not known */
} FactPerson;

/* what was set aside, and why */
typedef struct FactCounts
{
	int64		rows;
	int64		without_item;
	int64		without_annotator;
	int64		without_label;
	int64		without_time;
	int64		invalid;
	int64		out_of_range;	/* seconds, confidence or price */
	int64		conflicting_pairs;
	int64		conflicting_gold;
	int64		cases_without_item;
} FactCounts;

typedef struct Facts
{
	FactRules	rules;
	FactCounts	counts;

	FactNames	items;
	FactNames	annotators;
	FactNames	labels;
	const double *score;		/* of labels that are numbers, or NULL */
	FactNames	vendors;
	FactNames	guidelines;
	FactNames	batches;
	FactNames	strata;

	/* rows; a column that no row has a value of is NULL */
	int64		n_rows;
	int64	   *start;			/* of each item's rows; items.n + 1 entries */
	int32	   *annotator;		/* -1: of a gold row without */
	int32	   *code;			/* -1: no label */
	int64	   *at;
	int64	   *available;
	double	   *seconds;		/* NaN: none */
	double	   *confidence;
	double	   *price;
	int32	   *vendor;
	int32	   *guideline;
	int32	   *batch;
	int32	   *stratum;
	int32	   *suggestion;
	uint8	   *kind;
	uint8	   *review;
	uint64	   *flags;
	int32	   *others;			/* consensus of the others; -1: none */

	/* items */
	uint32	   *item_flags;
	int64	   *gold_start;		/* items.n + 1 entries */
	int32	   *gold_code;
	int64	   *gold_at;		/* or NULL */
	int32	   *adjudicated;	/* code that stands, -1: none */
	int64	   *adjudicated_at;	/* NULL when there are no cases */
	int64	   *reopened_at;
	int32	   *last_row;		/* offset of the newest label; -1: none */
	int32	   *consensus;		/* -1: none, or no label is the median */

	ModelAnswer *answer;		/* by item, or NULL */
	FactPerson *person;			/* by annotator */
	int64		n_cases;
	FactCase   *cases;
	bool	   *edge_stratum;	/* by stratum */

	/* the source as a whole */
	int64		newest;			/* time of its newest label */
	bool		has_median;
	double		median_seconds;
	int32		newest_guideline;	/* -1: none */
	int64		newest_guideline_at;

	/* the rows that are asked for */
	int64		since;
	int64		until;
	int32		only_vendor;	/* a code, -1 for rows without, or one of these */
	int32		only_annotator;
} Facts;

#define ONLY_UNKNOWN	(-2)		/* nobody has that name */
#define ONLY_ALL		(-3)

/* one answer in the votes on an item */
typedef struct VoteShare
{
	int32		code;
	int32		votes;
	Exact		weight;
} VoteShare;

/* the votes on an item; a vote of one annotator can be left out */
typedef struct ItemVotes
{
	int64		cap;			/* of share */
	VoteShare  *share;			/* by rising code */
	int			n;				/* distinct answers */
	int64		n_votes;
	Exact		total;
} ItemVotes;

/* a vote to leave out */
typedef struct OwnVote
{
	int32		code;			/* -1: nothing is left out */
	int32		votes;
	Exact		weight;
} OwnVote;

/* the answer that votes give */
typedef struct VoteConsensus
{
	int64		n_votes;
	int32		code;			/* -1: none, or no label has the value */
	bool		tied;
	bool		has_value;		/* of a median */
	double		value;
	bool		has_confidence;
	double		confidence;
	bool		unclear;		/* two votes or more that tie, or below */
} VoteConsensus;

static inline bool
row_has(const Facts *f, int64 row, FactBit bit)
{
	return (f->flags[row] & FactFlag(bit)) != 0;
}

/* Microseconds from one time to another; what does not fit is the most. */
static inline int64
time_between(int64 from, int64 to)
{
	int64		between;

	if (pg_sub_s64_overflow(to, from, &between))
		return to > from ? PG_INT64_MAX : -PG_INT64_MAX;
	return between;
}

/* Whose row is this? */
static inline uint8
row_kind(const Facts *f, int64 row)
{
	return f->kind == NULL ? KIND_HUMAN : f->kind[row];
}

/* Is this a label of a human or an expert? */
static inline bool
is_people(const Facts *f, int64 row)
{
	return (f->flags[row] & (FactFlag(BIT_LABEL) | FactFlag(BIT_MODEL))) ==
		FactFlag(BIT_LABEL);
}

/* ... and one that is compared with those of others? */
static inline bool
is_compared(const Facts *f, int64 row)
{
	return is_people(f, row) && !(f->flags[row] & FLAG_LATER);
}

static inline int32
code_at(const int32 *column, int64 row)
{
	return column == NULL ? -1 : column[row];
}

static inline int64
time_at(const int64 *column, int64 row)
{
	return column == NULL ? NO_TIME : column[row];
}

/* facts_resolve.c */
extern void facts_resolve(Facts *f);

/* facts_vote.c */
extern void fact_votes_init(ItemVotes *v, int64 most);
extern void fact_votes_collect(const Facts *f, int64 item, ItemVotes *v);
extern void fact_votes_begin(ItemVotes *v);
extern void fact_votes_add(const Facts *f, ItemVotes *v, int64 row);
extern void fact_votes_end(ItemVotes *v);
extern void fact_votes_insert(ItemVotes *v, int32 code);
extern int	share_of(const ItemVotes *v, int32 code);
extern void fact_consensus(const Facts *f, const ItemVotes *v,
							const OwnVote *without, VoteConsensus *result);
extern void item_consensus(const Facts *f, int64 item, const ItemVotes *v,
						   VoteConsensus *c);
extern int32 fact_majority(const ItemVotes *v);
extern Exact row_weight(const Facts *f, int64 row);
extern int64 most_rows(const Facts *f);

/* facts_derive.c */
extern void facts_derive(Facts *f, bool by_vendor);
extern bool is_gold_answer(const Facts *f, int64 item, int32 code);
extern bool item_settled(const Facts *f, int64 item);
extern bool is_settled_answer(const Facts *f, int64 item, int32 code);
extern bool is_fast(const Facts *f, int64 row);

/* facts_backlog.c */
extern int64 waiting_since(const Facts *f, int64 item);

/* facts_median.c */
extern double select_place(double *v, int64 n, int64 k);
extern double quantile(double *values, int64 n, double p);

/* the row that stands for an item: its newest label, else its first row */
static inline int64
item_row(const Facts *f, int64 item)
{
	return f->start[item] + Max(f->last_row[item], 0);
}

/* is this row of the vendor and annotator that are asked for? */
static inline bool
row_of_wanted(const Facts *f, int64 row)
{
	return (f->only_vendor == ONLY_ALL ||
			code_at(f->vendor, row) == f->only_vendor)
		&& (f->only_annotator == ONLY_ALL ||
			f->annotator[row] == f->only_annotator);
}

/* is this row among those that are asked for, by the time of another? */
static inline bool
row_wanted(const Facts *f, int64 row, int64 timed)
{
	int64		at = time_at(f->at, timed);

	if (f->since != NO_TIME && (at == NO_TIME || at < f->since))
		return false;
	if (f->until != NO_TIME && (at == NO_TIME || at >= f->until))
		return false;
	return row_of_wanted(f, row);
}

#endif							/* ANNOQA_FACTS_H */
