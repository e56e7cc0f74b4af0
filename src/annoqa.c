/*
 * annoqa.c
 *		The module: its magic block.
 */
#include "postgres.h"

#include "fmgr.h"

#ifdef PG_MODULE_MAGIC_EXT
PG_MODULE_MAGIC_EXT(.name = "annoqa", .version = ANNOQA_VERSION);
#else
PG_MODULE_MAGIC;
#endif
