/*
 * facts_show.h
 *		How answers, votes and settings of items are shown.
 */
#ifndef ANNOQA_FACTS_SHOW_H
#define ANNOQA_FACTS_SHOW_H

#include "coefficient.h"
#include "facts.h"
#include "rows.h"

/* by FactKind */
extern const char *const fact_kind_names[3];

/* the shares of an item's votes, most weight first, then by code */
extern void shares_order(ItemVotes *v);

extern char *show_shares(const Facts *f, const ItemVotes *v);
extern char *show_voters(const Facts *f, int64 item, const ItemVotes *v);
extern char *show_chances(const Facts *f, const ItemVotes *v,
						  const double *chance);
extern char *show_gold(const Facts *f, int64 item);
extern const char *show_settled(const Facts *f, int64 item);
extern const char *settled_by(const Facts *f, int64 item);
extern int64 settled_at(const Facts *f, int64 item);
extern void put_consensus(Rows *rows, const Facts *f, const VoteConsensus *c);
extern void put_code(Rows *rows, const FactNames *names, int32 code);
extern void put_key_name(Rows *rows, const FactNames *names, int32 code);
extern void put_coefficient(Rows *rows, const Estimate *e,
							const ErrorInterval *i);
extern const char *outcome_name(uint64 flags);

#endif							/* ANNOQA_FACTS_SHOW_H */
