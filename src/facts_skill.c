/*
 * facts_skill.c
 *		Who is best in a stratum, and has no label on an item yet.
 */
#include "postgres.h"

#include "array.h"
#include "facts_advice.h"
#include "facts_groups.h"
#include "interrupts.h"
#include "proportion.h"
#include "shrinkage.h"

/* with fewer scored labels in a stratum nobody has a rank there */
#define MIN_SCORED 10

/* an annotator in a stratum */
typedef struct Skill
{
	int32		stratum;
	int32		annotator;
	double		accuracy;		/* shrunken */
} Skill;

/* Names of equal accuracy stand by code. */
#define ST_SORT sort_skills
#define ST_ELEMENT_TYPE Skill
#define ST_COMPARE(a, b) \
	((a)->stratum != (b)->stratum ? \
	 ((a)->stratum < (b)->stratum ? -1 : 1) : \
	 (a)->accuracy != (b)->accuracy ? \
	 ((a)->accuracy > (b)->accuracy ? -1 : 1) : \
	 ((a)->annotator > (b)->annotator) - ((a)->annotator < (b)->annotator))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* the counts of gold answers by annotator and stratum */
typedef struct SkillCounts
{
	int64		n;
	int32	   *annotator;		/* numbered 0, 1, ... */
	GoldCount  *gold;
	Skill	   *skill;
} SkillCounts;

/*
 * Judge annotators by their gold answers: their accuracy shrunken to the
 * crowd's, and whether the interval that holds at every look is above the
 * floor, or below.  Nothing is known of those without gold.
 */
void
facts_judge(Facts *f, double floor)
{
	GoldCount  *gold = array_alloc(f->annotators.n, sizeof(GoldCount), true);
	const BetaPrior uniform = {1.0, 1.0};
	CrowdPrior	crowd;

	for (int64 r = 0; r < f->n_rows; r++)
		if (row_has(f, r, BIT_SCORED))
		{
			gold[f->annotator[r]].n++;
			gold[f->annotator[r]].correct += row_has(f, r, BIT_CORRECT);
		}
	crowd_fit(gold, f->annotators.n, &crowd);
	for (int32 a = 0; a < f->annotators.n; a++)
	{
		FactPerson *p = &f->person[a];
		Trials		t = {gold[a].correct, gold[a].n - gold[a].correct};
		Bounds		bounds;

		CHECK_NOW_AND_THEN(a);
		if (gold[a].n == 0)
			continue;
		p->accuracy = (crowd.strength * crowd.mean + gold[a].correct) /
			(crowd.strength + gold[a].n);
		anytime_bounds(&t, 0.95, SIDE_BOTH, &uniform, &bounds);
		p->meets_floor = bounds.lower > floor ? 1 :
			bounds.upper < floor ? 0 : -1;
	}
	pfree(gold);
}

/* Count gold answers by annotator and stratum, whatever rows are asked for. */
static void
count_skills(const Facts *f, SkillCounts *c)
{
	Facts		all = *f;
	Grouping	by;
	GroupRows	rows;

	memset(&by, 0, sizeof(by));
	by.by[KEY_ANNOTATOR] = by.by[KEY_STRATUM] = true;
	by.item_set = -1;
	all.since = all.until = NO_TIME;
	all.only_vendor = all.only_annotator = ONLY_ALL;
	group_rows(&all, &by, &rows);
	c->annotator = array_alloc(rows.n, sizeof(int32), false);
	c->gold = array_alloc(rows.n, sizeof(GoldCount), true);
	c->skill = array_alloc(rows.n, sizeof(Skill), false);
	c->n = rows.n;
	for (int64 g = 0; g < rows.n; g++)
	{
		const int32 *key = rows.group[g].key;

		c->skill[g].annotator = key[KEY_ANNOTATOR];
		c->skill[g].stratum = key[KEY_STRATUM] < 0 ? f->strata.n :
			key[KEY_STRATUM];
		c->annotator[g] = g == 0 ? 0 : c->annotator[g - 1] +
			(c->skill[g].annotator != c->skill[g - 1].annotator);
	}
	for (int64 r = 0; r < f->n_rows; r++)
		if (row_has(f, r, BIT_SCORED) && rows.of_row[r] >= 0)
		{
			c->gold[rows.of_row[r]].n++;
			c->gold[rows.of_row[r]].correct += row_has(f, r, BIT_CORRECT);
		}
	facts_group_free(&rows);
}

/* Tell who is a model, for some label at least. */
static bool *
find_models(const Facts *f)
{
	bool	   *model = array_alloc(f->annotators.n, sizeof(bool), true);

	for (int64 r = 0; r < f->n_rows; r++)
		if (row_has(f, r, BIT_MODEL))
			model[f->annotator[r]] = true;
	return model;
}

/* Rank the people of each stratum by their shrunken accuracy there. */
void
facts_skills(const Facts *f, Skills *result)
{
	SkillCounts c;
	CrowdPrior	within;
	bool	   *model = find_models(f);
	double	   *mean;
	int64		n = 0;

	count_skills(f, &c);
	mean = array_alloc(c.n, sizeof(double), true);
	strata_fit(c.annotator, c.gold, (int) c.n, mean, &within);
	for (int64 i = 0; within.defined && i < c.n; i++)
	{
		Skill		skill = c.skill[i];

		if (c.gold[i].n < MIN_SCORED || model[skill.annotator])
			continue;
		skill.accuracy = (within.strength * mean[i] + c.gold[i].correct) /
			(within.strength + c.gold[i].n);
		c.skill[n++] = skill;
	}
	sort_skills(c.skill, n);
	result->start = array_alloc(f->strata.n + 2, sizeof(int64), true);
	result->annotator = array_alloc(n, sizeof(int32), false);
	for (int64 i = 0; i < n; i++)
	{
		result->start[c.skill[i].stratum + 1]++;
		result->annotator[i] = c.skill[i].annotator;
	}
	for (int32 s = 0; s <= f->strata.n; s++)
		result->start[s + 1] += result->start[s];
	pfree(model);
	pfree(mean);
	pfree(c.annotator);
	pfree(c.gold);
	pfree(c.skill);
}

/* Has the annotator a label on the item?  Rows stand by annotator. */
static bool
has_label(const Facts *f, int64 item, int32 annotator)
{
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (f->annotator[r] == annotator && row_has(f, r, BIT_LABEL))
			return true;
	return false;
}

/*
 * The best of the item's stratum who have no label on it and were not removed;
 * votes: whose labels are votes.  Gives their number, at most so many.
 */
int
suggest(const Facts *f, const Skills *s, int64 item, bool votes,
		int32 *annotator, int most)
{
	int32		stratum = f->start[item] == f->start[item + 1] ? -1 :
		code_at(f->stratum, item_row(f, item));
	int			n = 0;

	if (stratum < 0)
		stratum = f->strata.n;
	for (int64 i = s->start[stratum]; i < s->start[stratum + 1] && n < most; i++)
	{
		int32		a = s->annotator[i];
		const FactPerson *p = &f->person[a];

		if ((votes && !p->votes) ||
			(p->phase != NULL && strcmp(p->phase, "removed") == 0) ||
			has_label(f, item, a))
			continue;
		annotator[n++] = a;
	}
	return n;
}
