/*
 * facts_guidelines_read.c
 *		One row a version of the guideline, in the order of their first labels:
 *		facts_guidelines(rows query, gold query, settings).
 */
#include "postgres.h"

#include "array.h"
#include "facts_load.h"
#include "facts_show.h"
#include "interrupts.h"

typedef struct Version
{
	int32		guideline;
	int64		first_at;
	int64		labels;
	int64		labels_since;	/* of any version, since its first label */
	int64		following;		/* of these, its own */
	int64		active;			/* annotators since then */
	int64		not_adopted;	/* of these, whose last label is by an older one */
} Version;

#define ST_SORT sort_versions
#define ST_ELEMENT_TYPE Version
#define ST_COMPARE(a, b) \
	((a)->first_at != (b)->first_at ? \
	 ((a)->first_at < (b)->first_at ? -1 : 1) : \
	 (a)->guideline - (b)->guideline)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Find the versions that have a person's label with a time, oldest first. */
static int
find_versions(const Facts *f, Version *v)
{
	int			n = 0;

	for (int32 g = 0; g < f->guidelines.n; g++)
	{
		v[g].guideline = g;
		v[g].first_at = PG_INT64_MAX;
	}
	for (int64 r = 0; r < f->n_rows; r++)
		if (is_people(f, r) && code_at(f->guideline, r) >= 0 &&
			time_at(f->at, r) != NO_TIME)
		{
			Version    *version = &v[f->guideline[r]];

			version->first_at = Min(version->first_at, f->at[r]);
			version->labels++;
		}
	sort_versions(v, f->guidelines.n);
	while (n < f->guidelines.n && v[n].first_at != PG_INT64_MAX)
		n++;
	return n;
}

/* The version that had begun last at a time; -1: none. */
static int
version_at(const Version *v, int n, int64 at)
{
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (v[middle].first_at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low - 1;
}

/*
 * Count people's labels by the version that had begun last, and find each one's
 * last label.
 */
static void
count_labels(const Facts *f, Version *v, int n, const int *place, int64 *last)
{
	for (int64 r = 0; r < f->n_rows; r++)
	{
		int64		at = time_at(f->at, r);
		int64	   *newest;
		int			then;

		CHECK_NOW_AND_THEN(r);
		if (!is_people(f, r) || at == NO_TIME)
			continue;
		newest = &last[f->annotator[r]];
		if (*newest < 0 || at >= f->at[*newest])
			*newest = r;
		then = version_at(v, n, at);
		if (then >= 0)
			v[then].labels_since++;
		if (code_at(f->guideline, r) >= 0)
			v[place[f->guideline[r]]].following++;
	}
}

/*
 * Count annotators by the version that had begun last when they were last
 * active; who then labeled by an older one has not adopted those since.
 */
static void
count_annotators(const Facts *f, Version *v, int n, const int *place,
				 const int64 *last)
{
	for (int32 a = 0; a < f->annotators.n; a++)
	{
		int			then;
		int32		own;

		if (last[a] < 0)
			continue;
		then = version_at(v, n, f->at[last[a]]);
		own = code_at(f->guideline, last[a]);
		if (then < 0)
			continue;
		v[then].active++;
		if (own < 0)
			continue;
		v[then].not_adopted++;
		v[place[own]].not_adopted--;
	}
}

/* Add up what was counted since each version began. */
static void
sum_versions(Version *v, int n)
{
	for (int i = n - 2; i >= 0; i--)
	{
		v[i].labels_since += v[i + 1].labels_since;
		v[i].active += v[i + 1].active;
		v[i].not_adopted += v[i + 1].not_adopted;
	}
}

/* facts_guidelines(rows_query, gold_query, settings) */
PG_FUNCTION_INFO_V1(facts_guidelines);
Datum
facts_guidelines(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	Facts	   *f;
	Version    *v;
	int64	   *last;
	int		   *place;
	int			n;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	f = facts_open(fcinfo, &s, false);
	v = array_alloc(f->guidelines.n, sizeof(Version), true);
	last = array_alloc(f->annotators.n, sizeof(int64), false);
	memset(last, 0xFF, sizeof(int64) * f->annotators.n);
	n = find_versions(f, v);
	place = array_alloc(f->guidelines.n, sizeof(int), false);
	for (int i = 0; i < f->guidelines.n; i++)
		place[v[i].guideline] = i;
	count_labels(f, v, n, place, last);
	count_annotators(f, v, n, place, last);
	sum_versions(v, n);
	for (int i = 0; i < n; i++)
	{
		put_text(&rows, f->guidelines.text[v[i].guideline]);
		put_code(&rows, &f->guidelines, i == 0 ? -1 : v[i - 1].guideline);
		put_time(&rows, v[i].first_at);
		put_count(&rows, v[i].labels);
		put_count(&rows, v[i].labels_since);
		put_count(&rows, v[i].following);
		put_count(&rows, v[i].active);
		put_count(&rows, v[i].not_adopted);
		row_end(&rows);
	}
	facts_close(&s);
	return (Datum) 0;
}
