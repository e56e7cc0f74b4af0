/*
 * annoqa.c
 *		The module: its magic block and its settings.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"
#include "watch.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "annoqa", .version = ANNOQA_VERSION);
#else
PG_MODULE_MAGIC;
#endif

void		_PG_init(void);

/* Define the settings. */
void
_PG_init(void)
{
	DefineCustomBoolVariable("annoqa.triggers",
							 "Lets triggers of annoqa count what is written to watched tables.",
							 "What they do not count, evaluate_rules counts later.",
							 &watch_triggers, true, PGC_USERSET, 0, NULL, NULL,
							 NULL);
	MarkGUCPrefixReserved("annoqa");
}
