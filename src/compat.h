/*
 * compat.h
 *		The only place that asks for the server's version.
 */
#ifndef ANNOQA_COMPAT_H
#define ANNOQA_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000
#error "annoqa requires PostgreSQL 15 or later"
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#include "nodes/miscnodes.h"
#define annoqa_return(context, value, ...) \
	ereturn((context), (value), __VA_ARGS__)
#else
/* before 16 there are no soft errors: the context is always NULL */
#define annoqa_return(context, value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return value; \
	} while (0)
#endif

/* may this role call this function?  (utils/acl.h, catalog/pg_proc.h) */
#if PG_VERSION_NUM >= 160000
#define annoqa_function_aclcheck(function, role) \
	object_aclcheck(ProcedureRelationId, (function), (role), ACL_EXECUTE)
#else
#define annoqa_function_aclcheck(function, role) \
	pg_proc_aclcheck((function), (role), ACL_EXECUTE)
#endif

/* an error that may be soft, after which the function goes on */
#if PG_VERSION_NUM >= 160000
#define annoqa_save(context, ...) errsave((context), __VA_ARGS__)
#else
#define annoqa_save(context, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)
#endif

/* where soft errors of an input function go; NULL: none are asked for */
#define annoqa_context(fcinfo) ((Node *) (fcinfo)->context)

/* call an input function; false after a soft error */
#if PG_VERSION_NUM >= 160000
#define annoqa_direct_input(function, text, context, result) \
	DirectInputFunctionCallSafe((function), (text), InvalidOid, -1, \
								(context), (result))
#else
#define annoqa_direct_input(function, text, context, result) \
	((void) (context), \
	 *(result) = DirectFunctionCall1((function), CStringGetDatum(text)), true)
#endif

/* split a qualified name into its parts  (utils/regproc.h) */
#if PG_VERSION_NUM >= 160000
#define annoqa_name_list(text) stringToQualifiedNameList((text), NULL)
#else
#define annoqa_name_list(text) stringToQualifiedNameList(text)
#endif

/* base64 works on unsigned bytes since 18  (common/base64.h) */
#if PG_VERSION_NUM >= 180000
#define annoqa_b64_encode(from, len, to, size) \
	pg_b64_encode((const uint8 *) (from), (len), (to), (size))
#define annoqa_b64_decode(from, len, to, size) \
	pg_b64_decode((from), (len), (uint8 *) (to), (size))
#else
#define annoqa_b64_encode(from, len, to, size) \
	pg_b64_encode((from), (len), (to), (size))
#define annoqa_b64_decode(from, len, to, size) \
	pg_b64_decode((from), (len), (to), (size))
#endif

/* make a range of its bounds  (utils/rangetypes.h) */
#if PG_VERSION_NUM >= 160000
#define annoqa_make_range(typcache, lower, upper) \
	make_range((typcache), (lower), (upper), false, NULL)
#else
#define annoqa_make_range(typcache, lower, upper) \
	make_range((typcache), (lower), (upper), false)
#endif

#endif							/* ANNOQA_COMPAT_H */
