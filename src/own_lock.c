/*
 * own_lock.c
 *		Locks that only annoqa takes, until the end of the transaction.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "common/hashfn.h"
#include "compat.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "own_lock.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define MAX_VERBS 4

static const struct
{
	const char *name;
	bool		waits;
	uint32		keys;			/* at most so many locks a source; 0: a lock a key */
	const char *verbs[MAX_VERBS];	/* what it serves */
}			own_locks[] = {
	[LOCK_EVALUATE] = {"evaluate", true, 0, {"evaluate_rules", "watch"}},
	[LOCK_FOLD] = {"fold", false, 0, {"evaluate_rules", "watch"}},
	/* one call may change flags of everybody, and the lock table is small */
	[LOCK_FLAG] = {"flag", false, 1024, {"evaluate_rules", "acknowledge_flag", "clear_flag"}},
	[LOCK_DECIDE] = {"decide", true, 0, {"adjudicate", "reopen", "set_phase", "exempt_annotator"}}
};

/*
 * Take a lock of a source, or of something in it that a key names; false when
 * another transaction holds it and this lock does not wait.  Two keys may share
 * a lock, by chance of one in 2^48, or in the number of locks.
 */
bool
own_lock(OwnLock lock, LOCKMODE mode, const char *source, const char *key)
{
	Oid			schema = get_namespace_oid("annoqa", false);
	StringInfoData words;
	uint64		hash;
	LOCKTAG		tag;

	initStringInfo(&words);
	appendBinaryStringInfo(&words, own_locks[lock].name,
						   strlen(own_locks[lock].name) + 1);
	appendBinaryStringInfo(&words, source, strlen(source) + 1);
	if (own_locks[lock].keys == 0)
		appendStringInfoString(&words, key);
	else
		appendStringInfo(&words, "%u",
						 hash_bytes((const unsigned char *) key, strlen(key)) %
						 own_locks[lock].keys);
	hash = hash_bytes_extended((unsigned char *) words.data, words.len, 0);
	pfree(words.data);

	/* no object of the system has a table of ours for its catalog */
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, get_relname_relid("flag", schema),
					   (uint32) hash, (uint16) (hash >> 32));
	return LockAcquire(&tag, mode, false, !own_locks[lock].waits) !=
		LOCKACQUIRE_NOT_AVAIL;
}

/* May the caller call a function of annoqa? */
static bool
may_call(const char *name, Oid schema)
{
	CatCList   *list = SearchSysCacheList1(PROCNAMEARGSNSP,
										   CStringGetDatum(name));
	bool		may = false;

	for (int i = 0; i < list->n_members && !may; i++)
	{
		Form_pg_proc proc = (Form_pg_proc) GETSTRUCT(&list->members[i]->tuple);

		may = proc->pronamespace == schema &&
			annoqa_function_aclcheck(proc->oid, GetUserId()) == ACLCHECK_OK;
	}
	ReleaseSysCacheList(list);
	return may;
}

/* own_lock(lock, source, key) */
PG_FUNCTION_INFO_V1(own_lock_take);
Datum
own_lock_take(PG_FUNCTION_ARGS)
{
	Oid			schema = get_namespace_oid("annoqa", false);
	char	   *name;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	for (int i = 0; i < lengthof(own_locks); i++)
	{
		if (strcmp(name, own_locks[i].name) != 0)
			continue;
		for (int v = 0; v < MAX_VERBS && own_locks[i].verbs[v] != NULL; v++)
			if (may_call(own_locks[i].verbs[v], schema))
				PG_RETURN_BOOL(own_lock(i, ExclusiveLock,
										text_to_cstring(PG_GETARG_TEXT_PP(1)),
										PG_ARGISNULL(2) ? "" :
										text_to_cstring(PG_GETARG_TEXT_PP(2))));
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for lock \"%s\" of annoqa", name)));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("annoqa has no lock \"%s\"", name)));
	PG_RETURN_NULL();			/* keep compilers quiet */
}
