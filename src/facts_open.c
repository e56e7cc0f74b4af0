/*
 * facts_open.c
 *		From the arguments of a function to facts.
 */
#include "postgres.h"

#include "facts_advice.h"
#include "facts_load.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

/*
 * Read a source and find its facts: arguments are the query of its rows, not
 * NULL, the query of its gold or NULL, and the settings.  All lies in a memory context of
 * its own, which becomes the current one until facts_close.
 */
Facts *
facts_open(FunctionCallInfo fcinfo, FactSettings *settings, bool by_vendor)
{
	MemoryContext own = AllocSetContextCreate(CurrentMemoryContext,
											  "annoqa facts",
											  ALLOCSET_DEFAULT_SIZES);
	MemoryContext outer = MemoryContextSwitchTo(own);
	FactLoad   *load = palloc0(sizeof(FactLoad));

	facts_settings(settings, PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2));
	settings->by_vendor = by_vendor && settings->other_vendors;
	settings->own = own;
	settings->outer = outer;
	load->cxt = own;
	load->row_cxt = AllocSetContextCreate(own, "annoqa facts row",
										  ALLOCSET_SMALL_SIZES);
	load->settings = settings;
	load->facts = palloc0(sizeof(Facts));
	load->facts->rules = settings->rules;
	facts_read(load, text_to_cstring(PG_GETARG_TEXT_PP(0)),
			   PG_ARGISNULL(1) ? NULL :
			   text_to_cstring(PG_GETARG_TEXT_PP(1)));
	facts_build(load);
	if (settings->judge_floor >= 0)
		facts_judge(load->facts, settings->judge_floor);
	return load->facts;
}

/* Give all of it back. */
void
facts_close(FactSettings *settings)
{
	MemoryContextSwitchTo(settings->outer);
	MemoryContextDelete(settings->own);
}

/* The number of the word that an argument is; NULL or no argument: the first. */
int
fact_choice(FunctionCallInfo fcinfo, int arg, const char *const *words, int n)
{
	char	   *word;

	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return 0;
	word = text_to_cstring(PG_GETARG_TEXT_PP(arg));
	for (int i = 0; i < n; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no choice \"%s\"", word)));
	return 0;
}
