/*
 * source_call.c
 *		create_source and alter_source: a call with named arguments becomes a
 *		JSON object of those that were given; and a relation is held while it
 *		is read.
 *
 * Some arguments take one name or an array of names, and a relation by its name
 * or as regclass.  With an overload for each there would be eight of each
 * function, and of functions with defaults for every argument the server could
 * not choose one.
 */
#include "postgres.h"

#include "compat.h"

#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

PG_FUNCTION_INFO_V1(source_call);
PG_FUNCTION_INFO_V1(hold_relation);
PG_FUNCTION_INFO_V1(column_type);

/* an argument as it is handed on */
typedef struct Given
{
	const char *name;
	Oid			declared;
	Oid			type;
	Datum		value;
} Given;

/* Complain of an argument whose type does not serve. */
static void
refuse_type(const Given *g, const char *wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("argument \"%s\" must be %s, not %s",
					g->name, wanted, format_type_be(g->type)),
			 errhint("Cast it, for example to text.")));
}

/* The text of an argument of a type like text; false for other types. */
static bool
argument_text(const Given *g, char **word)
{
	switch (g->type)
	{
		case UNKNOWNOID:
			*word = DatumGetCString(g->value);
			return true;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			*word = TextDatumGetCString(g->value);
			return true;
		case NAMEOID:
			*word = NameStr(*DatumGetName(g->value));
			return true;
		default:
			return false;
	}
}

/* Make an argument an array of texts. */
static void
give_texts(Given *g, char **texts, int n)
{
	Datum	   *elems = palloc(n * sizeof(Datum));

	for (int i = 0; i < n; i++)
		elems[i] = CStringGetTextDatum(texts[i]);
	g->value = PointerGetDatum(construct_array(elems, n, TEXTOID, -1, false,
											   TYPALIGN_INT));
	g->type = TEXTARRAYOID;
}

/* The OID of the relation that an argument names, on the caller's path. */
static Oid
named_relation(const char *text)
{
	List	   *parts;
	Oid			relation = InvalidOid;

	/* what is no name names no relation */
	if (SplitIdentifierString(pstrdup(text), '.', &parts) && parts != NIL)
		relation = RangeVarGetRelid(makeRangeVarFromNameList(annoqa_name_list(text)),
									NoLock, true);
	if (!OidIsValid(relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", text),
				 errhint("Write its schema too, and double quotes around a name with capitals or spaces: 'app.\"My Labels\"'.")));
	return relation;
}

/* Hand on a relation as its schema and its name. */
static void
give_relation(Given *g)
{
	Oid			relation = InvalidOid;
	char	   *texts[2];

	if (g->type == REGCLASSOID)
		relation = DatumGetObjectId(g->value);
	else if (argument_text(g, &texts[0]))
		relation = named_relation(texts[0]);
	else
		refuse_type(g, "text or regclass");
	texts[1] = get_rel_name(relation);
	if (texts[1] == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	texts[0] = get_namespace_name(get_rel_namespace(relation));
	give_texts(g, texts, 2);
}

/* Hand on one name or several as an array. */
static void
give_names(Given *g)
{
	char	   *text;

	if (g->type == TEXTARRAYOID || g->type == VARCHARARRAYOID ||
		g->type == NAMEARRAYOID)
		return;
	if (!argument_text(g, &text))
		refuse_type(g, "text or text[]");
	if (text[0] == '{' && text[strlen(text) - 1] == '}')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" is one text: \"%s\"", g->name, text),
				 errhint("Write several names as an array: ARRAY['task', 'frame'].")));
	give_texts(g, &text, 1);
}

/* Describe the arguments that were given; returns how many. */
static int
given_arguments(FunctionCallInfo fcinfo, HeapTuple proc, Given *given)
{
	Oid		   *types;
	char	  **names;
	char	   *modes;
	int			n = 0;

	get_func_arg_info(proc, &types, &names, &modes);
	for (int i = 0; i < PG_NARGS(); i++)
	{
		Given	   *g = &given[n];

		if (PG_ARGISNULL(i))
			continue;
		g->name = names[i];
		g->declared = types[i];
		g->value = PG_GETARG_DATUM(i);
		g->type = types[i];
		if (types[i] == ANYOID)
		{
			g->type = getBaseType(get_fn_expr_argtype(fcinfo->flinfo, i));
			if (strcmp(g->name, "relation") == 0 ||
				strcmp(g->name, "gold_relation") == 0)
				give_relation(g);
			else
				give_names(g);
		}
		n++;
	}
	return n;
}

/* Run a query of one row and one column; the result is gone at SPI_finish. */
static Datum
query_value(const char *query, int n, Oid *types, Datum *values)
{
	bool		isnull;
	Datum		value;

	if (SPI_execute_with_args(query, n, types, values, NULL, false, 0) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "query gave no row: %s", query);
	value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
						  &isnull);
	if (isnull)
		elog(ERROR, "query gave NULL: %s", query);
	return value;
}

/* The JSON object of the arguments that were given. */
static Datum
given_object(FunctionCallInfo fcinfo, HeapTuple proc)
{
	Given		given[FUNC_MAX_ARGS];
	Oid			types[FUNC_MAX_ARGS];
	Datum		values[FUNC_MAX_ARGS];
	StringInfoData query;
	int			n = given_arguments(fcinfo, proc, given);

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT pg_catalog.jsonb_build_object(");
	for (int i = 0; i < n; i++)
	{
		appendStringInfo(&query, "%s%s, $%d", i > 0 ? ", " : "",
						 quote_literal_cstr(given[i].name), i + 1);
		types[i] = given[i].type;
		values[i] = given[i].value;
	}
	appendStringInfoChar(&query, ')');
	return query_value(query.data, n, types, values);
}

/*
 * Pass the arguments that were given to write_source, with the name of the
 * function that was called.
 */
Datum
source_call(PG_FUNCTION_ARGS)
{
	HeapTuple	proc = SearchSysCache1(PROCOID,
									   ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	MemoryContext caller = CurrentMemoryContext;
	Oid			types[2] = {TEXTOID, JSONBOID};
	Datum		values[2];
	char	   *result;

	if (!HeapTupleIsValid(proc))
		elog(ERROR, "cache lookup failed for function %u",
			 fcinfo->flinfo->fn_oid);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	values[0] = CStringGetTextDatum(NameStr(((Form_pg_proc) GETSTRUCT(proc))->proname));
	values[1] = given_object(fcinfo, proc);
	ReleaseSysCache(proc);
	result = TextDatumGetCString(query_value("SELECT annoqa.write_source($1, $2)",
											 2, types, values));
	result = MemoryContextStrdup(caller, result);
	SPI_finish();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}

/* Let only those who may read something of a relation lock it. */
static void
check_before_lock(const RangeVar *relation, Oid id, Oid old_id, void *arg)
{
	AclResult	acl;

	if (!OidIsValid(id))
		return;
	acl = pg_class_aclcheck(id, GetUserId(), ACL_SELECT);
	if (acl != ACLCHECK_OK)
		acl = pg_attribute_aclcheck_all(id, GetUserId(), ACL_SELECT,
										ACLMASK_ANY);
	if (acl != ACLCHECK_OK)
		aclcheck_error(acl, get_relkind_objtype(get_rel_relkind(id)),
					   relation->relname);
}

/*
 * Lock a relation as a reader does, until the end of the transaction, and say
 * whose it is and what kind.
 *
 * A query over the catalogs sees them as they were when the statement began, or
 * the transaction, but the name of a relation is looked up as of now.  Only
 * with the lock does what is checked equal what is read.
 */
Datum
hold_relation(PG_FUNCTION_ARGS)
{
	RangeVar   *rv;
	TupleDesc	desc;
	HeapTuple	tup;
	Datum		values[2];
	bool		nulls[2] = {false, false};
	Oid			id;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	rv = makeRangeVar(text_to_cstring(PG_GETARG_TEXT_PP(0)),
					  text_to_cstring(PG_GETARG_TEXT_PP(1)), -1);
	id = RangeVarGetRelidExtended(rv, AccessShareLock, RVR_MISSING_OK,
								  check_before_lock, NULL);
	if (!OidIsValid(id))
		PG_RETURN_NULL();
	tup = SearchSysCache1(RELOID, ObjectIdGetDatum(id));
	if (!HeapTupleIsValid(tup))
		elog(ERROR, "cache lookup failed for relation %u", id);
	values[0] = CStringGetTextDatum(GetUserNameFromId(((Form_pg_class) GETSTRUCT(tup))->relowner, false));
	values[1] = CharGetDatum(((Form_pg_class) GETSTRUCT(tup))->relkind);
	ReleaseSysCache(tup);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

/*
 * column_type(schema, relation, column): the type of a column, domains looked
 * through; NULL if there is none.  Dozens of them are asked for by every call
 * that reads a source.
 */
Datum
column_type(PG_FUNCTION_ARGS)
{
	Oid			schema = get_namespace_oid(text_to_cstring(PG_GETARG_TEXT_PP(0)), true);
	Oid			relation = InvalidOid;
	AttrNumber	column = InvalidAttrNumber;

	if (OidIsValid(schema))
		relation = get_relname_relid(text_to_cstring(PG_GETARG_TEXT_PP(1)), schema);
	if (OidIsValid(relation))
		column = get_attnum(relation, text_to_cstring(PG_GETARG_TEXT_PP(2)));
	if (column <= 0)
		PG_RETURN_NULL();
	PG_RETURN_OID(getBaseType(get_atttype(relation, column)));
}
