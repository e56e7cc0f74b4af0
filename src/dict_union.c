/*
 * dict_union.c
 *		One dictionary for several states.
 */
#include "postgres.h"

#include "array.h"
#include "dict_union.h"
#include "interrupts.h"
#include "intern.h"
#include "merge.h"
#include "view.h"

/* Do two dictionaries hold the same texts by the same codes? */
static bool
same_entries(const Dict *a, const Dict *b)
{
	if (a->n != b->n || a->kind != b->kind)
		return false;
	for (int32 i = 0; i < a->n; i++)
		if (strcmp(DictText(a, i), DictText(b, i)) != 0)
			return false;
	return true;
}

/* A copy that may be written to. */
static Dict *
copy_dict(const Dict *from)
{
	Dict	   *d = dict_create(CurrentMemoryContext, Max(from->n, 1),
								from->text_used);

	dict_copy(d, Max(from->n, 1), from->text_used, from);
	dict_new_serial(d);
	return d;
}

/* Enter all entries of one dictionary into another. */
static Dict *
enter_all(Intern *in, Dict *to, const Dict *from)
{
	for (int32 i = 0; i < from->n; i++)
	{
		const Spelling *sp = intern_text(in, DictText(from, i));
		int32		code;

		CHECK_NOW_AND_THEN(i);
		while (!intern_enter(in, to, sp, &code))
			to = dict_enlarge(to, CurrentMemoryContext, 1,
							  strlen(sp->text) + 1);
	}
	return to;
}

/* The entries of all dictionaries, in no order. */
static Dict *
gather(int n, Dict *const *dicts, Intern **in, const char *role)
{
	Dict	   *all = NULL;

	for (int i = 0; i < n; i++)
	{
		const Dict *d = dicts[i];

		if (d == NULL || d->n == 0)
			continue;
		if (all == NULL)
		{
			*in = intern_for_space(CurrentMemoryContext, (LabelKind) d->kind,
								   DictQualifier(d), role);
			all = copy_dict(d);
			continue;
		}
		merge_check(all, d, role);
		if ((all->declared || d->declared) && merge_into_second(*in, all, d))
		{
			const Dict *less = all;

			all = copy_dict(d);
			d = less;
		}
		all = enter_all(*in, all, d);
	}
	return all;
}

/* The entries of all dictionaries in canonical order. */
Dict *
dict_union(int n, Dict *const *dicts, int32 **map, const char *role)
{
	Intern	   *in = NULL;
	Dict	   *all;
	LabelView  *view;
	bool		same = true;

	for (int i = 0; i < n; i++)
	{
		map[i] = NULL;
		same &= i == 0 || dicts[i] == NULL || dicts[i]->n == 0 ||
			same_entries(dicts[0], dicts[i]);
	}
	all = same ? NULL : gather(n, dicts, &in, role);
	if (all == NULL)
		return dicts[0];
	view = label_view(all);
	for (int i = 0; i < n; i++)
	{
		if (dicts[i] == NULL)
			continue;
		map[i] = array_alloc(dicts[i]->n, sizeof(int32), false);
		for (int32 code = 0; code < dicts[i]->n; code++)
			map[i][code] =
				view->rank[intern_code(in, all,
									   intern_text(in, DictText(dicts[i],
																code)))];
	}
	return view_dict(all, view, NULL, NULL);
}
