/*
 * merge.c
 *		Merging states: labels of one are found or entered in the other.
 */
#include "postgres.h"

#include "merge.h"

/* Refuse states whose labels are not of one kind. */
void
merge_check(const Dict *first, const Dict *second, const char *role)
{
	if (dict_same_space(first, second))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("%ss of kind \"%s\" and \"%s\" do not go together",
					role,
					first->qualifier_len > 0 ? DictQualifier(first) :
					label_kind_name((LabelKind) first->kind),
					second->qualifier_len > 0 ? DictQualifier(second) :
					label_kind_name((LabelKind) second->kind)),
			 errhint("Cast the %s to one type in every query that builds the states.",
					 role)));
}

/*
 * An intern for the labels of a dictionary; one is kept for each kind of
 * labels that a call site meets.
 */
Intern *
merge_intern(Intern **cached, MemoryContext cxt, const Dict *d,
			 const char *role)
{
	Intern	   *in;

	for (in = *cached; in != NULL; in = in->next)
		if (in->type.kind == (LabelKind) d->kind &&
			strcmp(in->type.qualifier, DictQualifier(d)) == 0)
			return in;
	in = intern_for_space(cxt, (LabelKind) d->kind, DictQualifier(d), role);
	in->next = *cached;
	*cached = in;
	return in;
}

/*
 * Do the entries of "part" stand in "whole", all of them and in the same order?
 */
static bool
in_order(Intern *in, const Dict *part, const Dict *whole, bool *missing)
{
	int32		last = 0;
	int32	   *place;			/* 1 + position in whole, by class */
	bool		ordered = true;

	for (int32 i = 0; i < part->n; i++)
		(void) intern_text(in, DictText(part, i));
	for (int32 j = 0; j < whole->n; j++)
		(void) intern_text(in, DictText(whole, j));
	place = palloc0(sizeof(int32) * Max(in->n_classes, 1));
	for (int32 j = 0; j < whole->n; j++)
		place[intern_text(in, DictText(whole, j))->cls] = j + 1;
	*missing = false;
	for (int32 i = 0; i < part->n && ordered; i++)
	{
		int32		at = place[intern_text(in, DictText(part, i))->cls];

		if (at == 0)
			*missing = true;
		else if (at <= last)
			ordered = false;
		else
			last = at;
	}
	pfree(place);
	return ordered;
}

/* Do two dictionaries name the same categories in the same order? */
static bool
same_categories(const Dict *a, const Dict *b)
{
	if (a->n != b->n)
		return false;
	for (int32 i = 0; i < a->n; i++)
		if (strcmp(DictText(a, i), DictText(b, i)) != 0)
			return false;
	return true;
}

/*
 * Where at least one of two dictionaries declares its categories: must the
 * first be merged into the second?  An order that only gained categories
 * merges, and labels of undeclared kind must all be declared; else an error.
 */
bool
merge_into_second(Intern *in, const Dict *first, const Dict *second)
{
	bool		missing;

	if (first->declared && second->declared)
	{
		bool		second_fits;

		if (same_categories(first, second))
			return false;
		second_fits = in_order(in, second, first, &missing);
		if (second_fits && !missing)
			return false;
		if (second_fits && in_order(in, first, second, &missing) && !missing)
			return true;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot merge states whose categories stand in contradictory order"),
				 errhint("Build both with the same categories, in the same order.")));
	}
	return second->declared;
}
