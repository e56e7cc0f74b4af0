/*
 * facts_groups.h
 *		Counts and sums of facts over groups of rows.
 */
#ifndef ANNOQA_FACTS_GROUPS_H
#define ANNOQA_FACTS_GROUPS_H

#include "coefficient.h"
#include "facts.h"
#include "pattern_table.h"

/* of all intervals that the engine gives */
#define FACTS_CONFIDENCE 0.95

/* what rows can be grouped by */
typedef enum GroupKey
{
	KEY_ANNOTATOR,
	KEY_VENDOR,
	KEY_STRATUM,
	KEY_GUIDELINE,
	KEY_BATCH,
	KEY_BUCKET,
	KEY_KIND,
	KEY_ITEM_SET,				/* 0: production, 1: gold */
	KEY_EDGE,					/* 0, 1: an edge case, the own vote left out */
	KEY_SUGGESTED,				/* 0, 1: the label was made with a suggestion */
	KEY_BIN						/* 0: none, else tenth of stated confidence */
} GroupKey;

#define N_GROUP_KEYS (KEY_BIN + 1)

/* an item comes to wait for a judge, or leaves */
typedef struct BacklogEvent
{
	int64		at;
	int32		item;
	int			change;			/* 1 or -1 */
} BacklogEvent;

typedef struct Backlog
{
	int64		n;
	BacklogEvent *event;
} Backlog;

/* times as buckets */
typedef struct Buckets
{
	int32		n;
	int64	   *start;			/* of each, rising */
	int64	   *end;
	int32	   *of_row;			/* -1: no time */
	int32	   *of_event;		/* of the backlog */
} Buckets;

/* how much is found of each group */
typedef enum GroupDepth
{
	DEPTH_EXTENT,				/* facts, first and last label */
	DEPTH_COUNTS,				/* items, people, what labels state, too */
	DEPTH_FIGURES,				/* pairs, price, medians */
	DEPTH_ALL					/* seconds and prices in parts, days, labels */
} GroupDepth;

/* which rows a grouping takes, and how it groups them */
typedef struct Grouping
{
	bool		by[N_GROUP_KEYS];
	const Buckets *buckets;		/* of KEY_BUCKET */
	const Buckets *days;		/* for active days; NULL: no times */
	const Backlog *backlog;		/* NULL: not asked for */
	bool		other_vendors;	/* compare with them */
	int			item_set;		/* -1: all, else that of KEY_ITEM_SET */
	bool		people;			/* leave out rows of models */
	GroupDepth	depth;
	bool		alpha;
	int			alpha_item_set;
	ScaleKind	level;
} Grouping;

/* pairs of labels, summed over items for a ratio and its error */
typedef struct PairSums
{
	int64		item;			/* open now, -1: none */
	int64		item_pairs;
	int64		item_equal;
	int64		items;			/* with a pair */
	int64		pairs;
	int64		equal;
	int128		pp;				/* sums of squares and products over items */
	int128		pe;
	int128		ee;
} PairSums;

/* up to so many flags are added to planes before these are emptied */
#define N_PLANES	8
#define MAX_PLANED	((1 << N_PLANES) - 1)

typedef struct FactGroup
{
	/* what most rows touch, together */
	uint64		plane[N_PLANES];	/* counts of bits not yet in bits: of plane p
									 * each stands for 2^p */
	int			n_planed;
	int64		rows;
	int64		items;			/* labeled or skipped */
	int64		last_item;		/* met, for the counts of items */
	int64		annotators;		/* who labeled or skipped */
	int64		labeled_items;
	int64		last_labeled;
	int64		revisited_items;
	int64		completed_items;	/* all labeled; by the item's bucket */
	int64		last_completed;
	int64		disputed_items; /* of the labeled; by the item's bucket */
	int64		last_row;		/* its newest label; -1: none */
	int64		first_at;
	int64		last_at;
	int64		turnarounds;
	PairSums	pairs;			/* own label, another's on the item */
	int64		priced;
	Exact		price;			/* of all rows */

	/* and the rest */
	int32		key[N_GROUP_KEYS];	/* codes; -1: no value, or not by it */
	int64		bits[N_FACT_BITS];
	PairSums	scores;			/* labels on items with gold, and right ones */
	int64		vendors;		/* that are named, of labels */
	int64		active_days;
	PairSums	other_vendors;	/* own label, another vendor's */
	Exact		rework_price;
	Exact		recent_price;
	Exact		initial_price;
	int64		initial;		/* labels of the group's first period */
	int64		initial_scored;
	int64		initial_correct;
	Exact		seconds;		/* of labels */
	Exact		seconds_all;	/* of all rows */
	Exact		confidence;
	Exact		confidence_scored;
	Exact		brier;
	double		seconds_median;
	double		turnaround_median;	/* hours */
	double		turnaround_p90;
	double		entropy;
	bool		has_kappa;
	double		kappa;
	int32		top_expected;	/* -1: no error */
	int32		top_given;
	int64		top_count;
	Estimate	alpha;
	ErrorInterval alpha_error;
	Estimate	percent;
	ErrorInterval percent_error;
	int64		pairable_items;
	int64		alpha_labels;
	int64		categories;
	int64		coinciding;		/* others whose errors coincide; -1: not known */
	bool		has_seconds_error;	/* of the median; 0 where labels around it tie */
	double		seconds_error;
	int64		checked;		/* items with gold and a vote of the group */
	int64		check_errors;	/* ... that its votes alone answer otherwise */
	int64		opened;			/* items that came to wait for a judge */
	int64		closed;
} FactGroup;

/* an event of the backlog in a group with a label on its item */
typedef struct GroupEvent
{
	int32		group;
	int32		event;
} GroupEvent;

/* facts_bucket.c */
extern void facts_buckets(const Facts *f, const Backlog *backlog,
						  const char *kind, void *zone, Buckets *result);

/* facts_backlog.c */
extern void facts_backlog(const Facts *f, Backlog *b);

/* facts_keys.c */
typedef struct GroupRows
{
	const Grouping *by;
	int64		n;				/* groups, in canonical order */
	FactGroup  *group;
	int32	   *of_row;			/* group of each row, -1: none */
	int32	   *of_item;		/* where facts of the item count */
	int64		n_events;
	int64		cap_events;
	GroupEvent *event;
} GroupRows;

extern void group_rows(const Facts *f, const Grouping *by, GroupRows *result);

/* facts_groups.c */
extern void facts_group(const Facts *f, const Grouping *by,
						GroupRows *result);
extern void facts_group_free(GroupRows *rows);
extern void pair_sums_error(const PairSums *sums, Estimate *estimate,
							ErrorInterval *error);

/* facts_codes.c: what a group's labels are, and are mistaken for */
extern void group_codes(const Facts *f, GroupRows *rows);
extern void group_confusions(const Facts *f, GroupRows *rows);

/* facts_alpha.c: the labels of people, for coefficients */
typedef struct GroupPatterns
{
	int32	   *rank;			/* category of each code */
	int32	   *code;			/* of each category */
	double	   *score;			/* of the categories, or NULL */
	Patterns   *patterns;
	Scale		scale;			/* at the level of the source */
} GroupPatterns;

extern PatternTable **group_tables(const Facts *f, const GroupRows *rows,
								   int n_sets, int item_set);
extern void patterns_open(const Facts *f, ScaleKind level,
						  const PatternTable *table, GroupPatterns *p);
extern void patterns_close(GroupPatterns *p);
extern void group_alpha(const Facts *f, GroupRows *rows);

/* facts_checked.c: deliveries */
extern void group_checks(const Facts *f, GroupRows *rows);

#endif							/* ANNOQA_FACTS_GROUPS_H */
