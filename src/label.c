/*
 * label.c
 *		Identity of labels of any type, through the type cache.
 */
#include "postgres.h"

#include "access/nbtree.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "label.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* in the order of LabelKind */
static const char *const kind_names[] = {
	"none", "number", "text", "ordered", "set", "span", "other"
};

const char *
label_kind_name(LabelKind kind)
{
	return kind_names[kind];
}

bool
label_kind_from_name(const char *name, LabelKind *kind)
{
	for (int i = 0; i <= LABEL_KIND_LAST; i++)
	{
		if (strcmp(name, kind_names[i]) == 0)
		{
			*kind = (LabelKind) i;
			return true;
		}
	}
	return false;
}

/* The schema-qualified, quoted name of a type. */
static char *
type_name(Oid type)
{
	HeapTuple	tup = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Form_pg_type form;
	char	   *name;

	if (!HeapTupleIsValid(tup))
		elog(ERROR, "cache lookup failed for type %u", type);
	form = (Form_pg_type) GETSTRUCT(tup);
	name = quote_qualified_identifier(get_namespace_name(form->typnamespace),
									  NameStr(form->typname));
	ReleaseSysCache(tup);
	return name;
}

/* The schema-qualified, quoted name of a collation. */
static char *
collation_name(Oid collation)
{
	HeapTuple	tup = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	Form_pg_collation form;
	char	   *name;

	if (!HeapTupleIsValid(tup))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	form = (Form_pg_collation) GETSTRUCT(tup);
	name = quote_qualified_identifier(get_namespace_name(form->collnamespace),
									  NameStr(form->collname));
	ReleaseSysCache(tup);
	return name;
}

/* Is equality of this type's values equality of their bytes? */
static bool
equal_image(TypeCacheEntry *tc, Oid collation)
{
	Oid			proc;

	if (!OidIsValid(tc->btree_opf))
		return false;
	proc = get_opfamily_proc(tc->btree_opf, tc->btree_opintype,
							 tc->btree_opintype, BTEQUALIMAGE_PROC);
	if (!OidIsValid(proc))
		return false;
	return DatumGetBool(OidFunctionCall1Coll(proc, collation,
											 ObjectIdGetDatum(tc->btree_opintype)));
}

/* Sort a type into its kind. */
static LabelKind
kind_of_type(Oid type, char typtype)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			return LABEL_NUMBER;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
			return LABEL_TEXT;
		case BOOLOID:
			return LABEL_ORDERED;
		case TEXTARRAYOID:
		case VARCHARARRAYOID:
			return LABEL_SET;
		case BOXOID:
			return LABEL_SPAN;
		default:
			break;
	}
	switch (typtype)
	{
		case TYPTYPE_ENUM:
			return LABEL_ORDERED;
		case TYPTYPE_RANGE:
		case TYPTYPE_MULTIRANGE:
			return LABEL_SPAN;
		default:
			return LABEL_OTHER;
	}
}


/* Does this type's output heed a setting of the session? */
static bool
output_is_fixed(Oid type, LabelKind kind)
{
	switch (kind)
	{
		case LABEL_NUMBER:
			return type != FLOAT4OID && type != FLOAT8OID;
		case LABEL_TEXT:
		case LABEL_ORDERED:
		case LABEL_SET:
			return true;
		default:
			return type == UUIDOID;
	}
}

/*
 * Is this function one of the server's, or in C?  Whoever reads a stored state
 * runs what its types name, and any role may make a type that names a function
 * in another language.
 */
bool
function_is_native(Oid function)
{
	HeapTuple	tup = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid			language;

	if (!HeapTupleIsValid(tup))
		elog(ERROR, "cache lookup failed for function %u", function);
	language = ((Form_pg_proc) GETSTRUCT(tup))->prolang;
	ReleaseSysCache(tup);
	return language == INTERNALlanguageId || language == ClanguageId;
}

/* Refuse a range type whose input runs a function in another language. */
static void
check_plain_range(Oid type, const char *role)
{
	TypeCacheEntry *tc = lookup_type_cache(type, TYPECACHE_RANGE_INFO);
	Oid			canonical = tc->rng_canonical_finfo.fn_oid;

	if (OidIsValid(canonical) && !function_is_native(canonical))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("type %s cannot be the %s type",
						format_type_be(type), role),
				 errdetail("Its canonical function is not written in C."),
				 errhint("Cast the %s to a range type of the server's.", role)));
}

/* Is this a type whose text depends on the search path? */
static bool
is_reg_type(Oid type)
{
	switch (type)
	{
		case REGPROCOID:
		case REGPROCEDUREOID:
		case REGOPEROID:
		case REGOPERATOROID:
		case REGCLASSOID:
		case REGTYPEOID:
		case REGROLEOID:
		case REGNAMESPACEOID:
		case REGCONFIGOID:
		case REGDICTIONARYOID:
		case REGCOLLATIONOID:
			return true;
		default:
			return false;
	}
}

static void check_plain_type(Oid type, const char *role);

/* Refuse composite types with such columns. */
static void
check_plain_columns(Oid type, const char *role)
{
	TupleDesc	desc = lookup_rowtype_tupdesc(type, -1);

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			check_plain_type(TupleDescAttr(desc, i)->atttypid, role);
	ReleaseTupleDesc(desc);
}

/*
 * Refuse types whose values cannot be read back from a stored state by input
 * functions alone: anonymous records, names of objects, which the search path
 * changes, and whatever contains a domain, whose checks would run as whoever
 * merges the state.
 */
static void
check_plain_type(Oid type, const char *role)
{
	char		typtype = get_typtype(type);
	Oid			element = get_element_type(type);

	check_stack_depth();
	if (typtype == TYPTYPE_PSEUDO || typtype == TYPTYPE_DOMAIN ||
		is_reg_type(type))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("type %s cannot be the %s type, or a part of it",
						format_type_be(type), role),
				 errhint("Cast the %s to text, or make an array of its parts.",
						 role)));
	if (OidIsValid(element))
		check_plain_type(element, role);
	else if (typtype == TYPTYPE_COMPOSITE)
		check_plain_columns(type, role);
	else if (typtype == TYPTYPE_RANGE)
	{
		check_plain_range(type, role);
		check_plain_type(get_range_subtype(type), role);
	}
	else if (typtype == TYPTYPE_MULTIRANGE)
		check_plain_type(get_multirange_range(type), role);
}

/* Find how values of this type are told apart. */
static void
init_identity(LabelType *lt, const char *role, MemoryContext cxt)
{
	TypeCacheEntry *tc;

	tc = lookup_type_cache(lt->type,
						   TYPECACHE_BTREE_OPFAMILY | TYPECACHE_EQ_OPR |
						   TYPECACHE_EQ_OPR_FINFO | TYPECACHE_HASH_PROC |
						   TYPECACHE_HASH_PROC_FINFO);

	/* box and point have no operator class, and box = box compares areas */
	if (lt->kind == LABEL_SET || lt->type == BOXOID || lt->type == POINTOID ||
		(lt->type == BPCHAROID && lt->qualifier[0] == '\0'))
	{
		lt->by_text = true;
		lt->by_image = false;
		return;
	}
	if (!OidIsValid(tc->eq_opr))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify an equality operator for %s type %s",
						role, format_type_be(lt->type)),
				 (lt->type == JSONOID) ?
				 errhint("Cast the %s to jsonb.", role) :
				 errhint("Cast the %s to a type with a default operator class, such as text.",
						 role)));
	lt->by_image = equal_image(tc, lt->collation);
	lt->by_text = lt->by_image;
	if (!lt->by_text)
	{
		fmgr_info_copy(&lt->equal, &tc->eq_opr_finfo, cxt);
		if (OidIsValid(tc->hash_proc))
			fmgr_info_copy(&lt->hash, &tc->hash_proc_finfo, cxt);
	}
}

/*
 * Refuse a nondeterministic collation where a state could not keep it: it is
 * named for plain text alone.
 */
static void
check_collation(const LabelType *lt, const char *role)
{
	if (lt->kind == LABEL_TEXT || !OidIsValid(get_typcollation(lt->type)) ||
		!OidIsValid(lt->collation) ||
		get_collation_isdeterministic(lt->collation))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("nondeterministic collations are not supported for %s type %s",
					role, format_type_be(lt->type)),
			 errhint("Use a deterministic collation, as in %s COLLATE \"C\".",
					 role)));
}

/* Describe the type of a label, annotator or item (its role in messages). */
void
label_type_init(LabelType *lt, Oid type, Oid collation, const char *role,
				MemoryContext cxt)
{
	MemoryContext old = MemoryContextSwitchTo(cxt);
	Oid			output;
	bool		varlena;

	if (!OidIsValid(type))
		elog(ERROR, "could not determine the type of the %s", role);
	memset(lt, 0, sizeof(LabelType));
	if (type == UNKNOWNOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("could not determine the type of the %s", role),
				 errhint("Cast it, for example to text.")));
	type = getBaseType(type);
	check_plain_type(type, role);
	lt->type = type;
	lt->collation = collation;
	lt->kind = kind_of_type(type, get_typtype(type));
	if (lt->kind == LABEL_SET && strcmp(role, "label") != 0)
		lt->kind = LABEL_OTHER; /* keys are lists, not sets */
	lt->qualifier = "";
	if (lt->kind == LABEL_SPAN || lt->kind == LABEL_OTHER)
		lt->qualifier = type_name(type);
	else if (lt->kind == LABEL_TEXT)
	{
		if (!OidIsValid(collation))
			lt->collation = C_COLLATION_OID;
		else if (!get_collation_isdeterministic(collation))
			lt->qualifier = collation_name(collation);
	}
	check_collation(lt, role);
	get_typlenbyvalalign(type, &lt->typlen, &lt->byval, &lt->typalign);
	getTypeOutputInfo(type, &output, &varlena);
	fmgr_info_cxt(output, &lt->output, cxt);
	lt->fixed_output = output_is_fixed(type, lt->kind);
	init_identity(lt, role, cxt);
	MemoryContextSwitchTo(old);
}

/* Describe the labels of a stored state by the space that they belong to. */
void
label_type_from_space(LabelType *lt, LabelKind kind, const char *qualifier,
					  MemoryContext cxt)
{
	Oid			type = TEXTOID;
	Oid			collation = C_COLLATION_OID;

	switch (kind)
	{
		case LABEL_NUMBER:
			type = NUMERICOID;
			break;
		case LABEL_SET:
			type = TEXTARRAYOID;
			break;
		case LABEL_SPAN:
		case LABEL_OTHER:
			type = DatumGetObjectId(DirectFunctionCall1(regtypein,
														CStringGetDatum(qualifier)));
			collation = get_typcollation(type);
			break;
		case LABEL_TEXT:
			if (qualifier[0] != '\0')
				collation = DatumGetObjectId(DirectFunctionCall1(regcollationin,
																 CStringGetDatum(qualifier)));
			break;
		default:
			break;
	}
	label_type_init(lt, type, collation, kind == LABEL_OTHER ? "key" : "label",
					cxt);
	lt->kind = kind;
}

/* Order of two elements of a set, by their bytes. */
static int
compare_elements(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The canonical text of a set: its elements once each, in byte order. */
static char *
set_text(Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	Datum	   *elems;
	bool	   *nulls;
	int			n,
				m = 0;
	char	  **words;
	ArrayType  *sorted;
	FmgrInfo	out;

	/* of text or of varchar, which are laid out alike */
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_INT,
					  &elems, &nulls, &n);
	words = palloc(sizeof(char *) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a set-valued label must not contain NULL"),
					 errhint("Remove it with array_remove(label, NULL).")));
		words[i] = TextDatumGetCString(elems[i]);
	}
	qsort(words, n, sizeof(char *), compare_elements);
	for (int i = 0; i < n; i++)
		if (m == 0 || strcmp(words[i], words[m - 1]) != 0)
			words[m++] = words[i];
	for (int i = 0; i < m; i++)
		elems[i] = CStringGetTextDatum(words[i]);
	sorted = (m == 0) ? construct_empty_array(TEXTOID) :
		construct_array(elems, m, TEXTOID, -1, false, TYPALIGN_INT);
	fmgr_info(F_ARRAY_OUT, &out);
	return OutputFunctionCall(&out, PointerGetDatum(sorted));
}

/* Set the parameters that output heeds as a dump sets them. */
static int
pin_output_settings(void)
{
	static const char *const settings[][2] = {
		{"datestyle", "ISO"},
		{"intervalstyle", "postgres"},
		{"extra_float_digits", "3"},
		{"timezone", "UTC"},
		{"bytea_output", "hex"},
		{"lc_monetary", "C"}
	};
	int			nest = NewGUCNestLevel();

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1],
								 PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return nest;
}

/* The canonical text of a value. */
char *
label_text(LabelType *lt, Datum value)
{
	char	   *text;
	int			nest;

	if (lt->kind == LABEL_SET)
		return set_text(value);
	if (lt->type == BOOLOID)
		return pstrdup(DatumGetBool(value) ? "true" : "false");
	if (lt->fixed_output)
		text = OutputFunctionCall(&lt->output, value);
	else
	{
		nest = pin_output_settings();
		text = OutputFunctionCall(&lt->output, value);
		AtEOXact_GUC(true, nest);
	}
	if (lt->type == BPCHAROID)
	{
		/* trailing blanks do not count in a character(n) */
		int			len = strlen(text);

		while (len > 0 && text[len - 1] == ' ')
			text[--len] = '\0';
	}
	return text;
}

/* The value of a canonical text. */
Datum
label_from_text(LabelType *lt, const char *text)
{
	return label_from_text_typmod(lt, text, -1);
}

/* The value of a canonical text, as of a type with this modifier. */
Datum
label_from_text_typmod(LabelType *lt, const char *text, int32 typmod)
{
	Datum		value;
	int			nest;

	if (!OidIsValid(lt->input.fn_oid))
	{
		Oid			input;

		getTypeInputInfo(lt->type, &input, &lt->input_ioparam);
		fmgr_info_cxt(input, &lt->input, lt->output.fn_mcxt);
	}
	nest = lt->fixed_output ? 0 : pin_output_settings();
	value = InputFunctionCall(&lt->input, unconstify(char *, text),
							  lt->input_ioparam, typmod);
	if (nest != 0)
		AtEOXact_GUC(true, nest);
	return value;
}

/* Are two values the same label?  For types told apart by their operator. */
bool
label_equal(LabelType *lt, Datum a, Datum b)
{
	return DatumGetBool(FunctionCall2Coll(&lt->equal, lt->collation, a, b));
}

/* Are these values the same bytes? */
static bool
same_image(const LabelType *lt, Datum a, Datum b)
{
	const char *x,
			   *y;
	Size		len;

	if (lt->byval)
		return label_word(lt, a) == label_word(lt, b);
	if (lt->typlen > 0)
		return memcmp(DatumGetPointer(a), DatumGetPointer(b), lt->typlen) == 0;
	if (lt->typlen == -2)
		return strcmp(DatumGetCString(a), DatumGetCString(b)) == 0;
	x = (const char *) PG_DETOAST_DATUM_PACKED(a);
	y = (const char *) PG_DETOAST_DATUM_PACKED(b);
	len = VARSIZE_ANY_EXHDR(x);
	return len == VARSIZE_ANY_EXHDR(y) &&
		memcmp(VARDATA_ANY(x), VARDATA_ANY(y), len) == 0;
}

/*
 * A value that is passed by value as its bits alone: the rest of the word is
 * extended by its sign in one place, and by zeros in another.
 */
Datum
label_word(const LabelType *lt, Datum value)
{
	switch (lt->typlen)
	{
		case 1:
			return UInt8GetDatum(DatumGetUInt8(value));
		case 2:
			return UInt16GetDatum(DatumGetUInt16(value));
		case 4:
			return UInt32GetDatum(DatumGetUInt32(value));
		default:
			return value;
	}
}

/* Are two values of a type of any sort the same label? */
bool
label_same(LabelType *lt, Datum a, Datum b)
{
	if (!lt->by_text)
		return label_equal(lt, a, b);
	if (same_image(lt, a, b))
		return true;
	/* boxes and points differ by their bytes; sets may be written in two ways */
	if (lt->by_image || lt->typlen > 0)
		return false;
	return strcmp(label_text(lt, a), label_text(lt, b)) == 0;
}

/* A hash that equal values share; 0 for all when the type has none. */
uint32
label_hash(LabelType *lt, Datum value)
{
	if (!OidIsValid(lt->hash.fn_oid))
		return 0;
	return DatumGetUInt32(FunctionCall1Coll(&lt->hash, lt->collation, value));
}

/* Order of two enum members, by their sort order. */
static int
compare_enum_order(const void *a, const void *b)
{
	float4		x = ((Form_pg_enum) GETSTRUCT(*(HeapTuple const *) a))->enumsortorder;
	float4		y = ((Form_pg_enum) GETSTRUCT(*(HeapTuple const *) b))->enumsortorder;

	return (x > y) - (x < y);
}

/* All values of an enum in their order, or both of boolean. */
int
label_type_categories(const LabelType *lt, char ***categories)
{
	CatCList   *list;
	HeapTuple  *members;
	int			n;

	if (lt->type == BOOLOID)
	{
		*categories = palloc(sizeof(char *) * 2);
		(*categories)[0] = "false";
		(*categories)[1] = "true";
		return 2;
	}
	if (get_typtype(lt->type) != TYPTYPE_ENUM)
		return 0;
	list = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(lt->type));
	n = list->n_members;
	members = palloc(sizeof(HeapTuple) * Max(n, 1));
	*categories = palloc(sizeof(char *) * Max(n, 1));
	for (int i = 0; i < n; i++)
		members[i] = &list->members[i]->tuple;
	qsort(members, n, sizeof(HeapTuple), compare_enum_order);
	for (int i = 0; i < n; i++)
		(*categories)[i] =
			pstrdup(NameStr(((Form_pg_enum) GETSTRUCT(members[i]))->enumlabel));
	ReleaseCatCacheList(list);
	return n;
}

/*
 * The type of an argument: as the call says, or else as the function declares
 * it.  Engines that call the parts of an aggregate by themselves do not say.
 */
Oid
call_argtype(FunctionCallInfo fcinfo, int arg)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, arg);
	Oid		   *types;
	int			n;

	if (OidIsValid(type))
		return type;
	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &n);
	if (arg < n && get_typtype(types[arg]) != TYPTYPE_PSEUDO)
		return types[arg];
	return InvalidOid;
}

/*
 * Refuse a value of one of our own types where an item, annotator or label is
 * meant: such a call has been resolved to a catch-all aggregate by mistake.
 */
void
check_not_own_type(FunctionCallInfo fcinfo, Oid type, const char *role)
{
	static const char *const own[] = {
		"votes", "item_labels", "agreement", "confusion", "ratings",
		"annotator_model", "predictions"
	};
	HeapTuple	tup;
	Form_pg_type form;
	Oid			mine;
	char	   *name = NULL;

	if (type < FirstNormalObjectId)
		return;
	mine = get_func_namespace(fcinfo->flinfo->fn_oid);
	tup = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	if (!HeapTupleIsValid(tup))
		elog(ERROR, "cache lookup failed for type %u", type);
	form = (Form_pg_type) GETSTRUCT(tup);
	if (form->typnamespace == mine)
		for (int i = 0; i < lengthof(own); i++)
			if (strcmp(NameStr(form->typname), own[i]) == 0)
				name = pstrdup(own[i]);
	ReleaseSysCache(tup);
	if (name != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("a value of type %s cannot be used as %s",
						format_type_be(type), role),
				 errhint("To read a stored %s, name the arguments, as in krippendorff_alpha(a, level => 'ordinal', categories => ARRAY['a', 'b']); to merge several, use %s_agg.",
						 name, name)));
}
