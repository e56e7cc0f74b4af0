/*
 * facts_show.c
 *		How answers, votes and settlements of items are shown.
 */
#include "postgres.h"

#include <math.h>

#include "facts_show.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/json.h"

const char *const fact_kind_names[3] = {"human", "expert", "model"};

#define ST_SORT sort_by_weight
#define ST_ELEMENT_TYPE VoteShare
#define ST_COMPARE(a, b) \
	((a)->weight != (b)->weight ? ((a)->weight > (b)->weight ? -1 : 1) : \
	 ((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Put the shares of votes in order, most weight first. */
void
shares_order(ItemVotes *v)
{
	sort_by_weight(v->share, v->n);
}

/* Show votes as a JSON object of label to share. */
char *
show_shares(const Facts *f, const ItemVotes *v)
{
	StringInfoData buf;
	double		total = exact_value(v->total);

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	for (int i = 0; i < v->n; i++)
	{
		char	   *share = float8out_internal(total > 0 ?
											   exact_value(v->share[i].weight) / total : 0);

		if (i > 0)
			appendStringInfoString(&buf, ", ");
		escape_json(&buf, f->labels.text[v->share[i].code]);
		appendStringInfo(&buf, ": %s", share);
		pfree(share);
	}
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Show votes as a JSON object of label to those who gave it. */
char *
show_voters(const Facts *f, int64 item, const ItemVotes *v)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	for (int i = 0; i < v->n; i++)
	{
		bool		first = true;

		if (i > 0)
			appendStringInfoString(&buf, ", ");
		escape_json(&buf, f->labels.text[v->share[i].code]);
		appendStringInfoString(&buf, ": [");
		for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		{
			if (!row_has(f, r, BIT_VOTE) || f->code[r] != v->share[i].code)
				continue;
			if (!first)
				appendStringInfoString(&buf, ", ");
			first = false;
			escape_json(&buf, f->annotators.text[f->annotator[r]]);
		}
		appendStringInfoChar(&buf, ']');
	}
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Show chances of answers as a JSON object. */
char *
show_chances(const Facts *f, const ItemVotes *v, const double *chance)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	for (int i = 0; i < v->n; i++)
	{
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		escape_json(&buf, f->labels.text[v->share[i].code]);
		appendStringInfo(&buf, ": %s", float8out_internal(chance[i]));
	}
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Show the gold of an item: its answer, or a JSON array of several. */
char *
show_gold(const Facts *f, int64 item)
{
	int64		from = f->gold_start[item];
	int64		end = f->gold_start[item + 1];
	StringInfoData buf;

	if (from == end)
		return NULL;
	if (end - from == 1)
		return pstrdup(f->labels.text[f->gold_code[from]]);
	initStringInfo(&buf);
	for (int64 g = from; g < end; g++)
	{
		appendStringInfoChar(&buf, g == from ? '[' : ',');
		escape_json(&buf, f->labels.text[f->gold_code[g]]);
	}
	appendStringInfoChar(&buf, ']');
	return buf.data;
}

/* What an item was settled as. */
const char *
show_settled(const Facts *f, int64 item)
{
	if (f->item_flags[item] & ITEM_ADJUDICATED)
		return f->adjudicated[item] < 0 ? NULL :
			f->labels.text[f->adjudicated[item]];
	return show_gold(f, item);
}

/* What settled it. */
const char *
settled_by(const Facts *f, int64 item)
{
	if (f->item_flags[item] & ITEM_ADJUDICATED)
		return "adjudication";
	return f->item_flags[item] & ITEM_GOLD ? "gold" : NULL;
}

/* And when, if that is known. */
int64
settled_at(const Facts *f, int64 item)
{
	if (f->item_flags[item] & ITEM_ADJUDICATED)
		return f->adjudicated_at[item];
	return f->item_flags[item] & ITEM_GOLD ? time_at(f->gold_at, item) :
		NO_TIME;
}

/* Put the answer that votes give. */
void
put_consensus(Rows *rows, const Facts *f, const VoteConsensus *c)
{
	if (c->code >= 0)
		put_text(rows, f->labels.text[c->code]);
	else if (c->has_value)
		put_text(rows, float8out_internal(c->value));
	else
		put_null(rows);
}

/* Put a name, or NULL for none. */
void
put_code(Rows *rows, const FactNames *names, int32 code)
{
	put_text(rows, code < 0 ? NULL : names->text[code]);
}

/* Put a name that is a key, and never NULL. */
void
put_key_name(Rows *rows, const FactNames *names, int32 code)
{
	put_text(rows, code < 0 ? "(none)" : names->text[code]);
}

/* The outcome of a lone dissent; NULL when there is none. */
const char *
outcome_name(uint64 flags)
{
	if (flags & FactFlag(BIT_UPHELD))
		return "upheld";
	if (flags & FactFlag(BIT_OVERRULED))
		return "overruled";
	if (flags & FactFlag(BIT_NEITHER))
		return "neither";
	return flags & FactFlag(BIT_OPEN) ? "open" : NULL;
}

/* Put a coefficient with its error. */
void
put_coefficient(Rows *rows, const Estimate *e, const ErrorInterval *i)
{
	put_float(rows, e->defined, e->value);
	put_float(rows, i->has_error, i->std_error);
	put_float(rows, i->has_bounds, i->lower);
	put_float(rows, i->has_bounds, i->upper);
	put_text(rows, reason_name(e->defined ? i->reason : e->reason));
}
