/*
 * distance_function.c
 *		Disagreement of labels by a function in SQL.
 *
 * Each pair of labels is asked for once, both ways round, and then kept, so
 * that a resampling method asks no more than an estimate does.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "distance.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

/* how far the two ways round may differ, relatively, to be the same */
#define SYMMETRY_TOLERANCE 1e-12

/* a disagreement by a function */
typedef struct FunctionDistance
{
	FmgrInfo	flinfo;
	Oid			collation;
	const char *name;
	const LabelView *view;
	Datum	   *value;			/* of each label; NULL: nobody gave one */
	double	   *known;			/* by pair; negative: not yet asked */
	MemoryContext scratch;		/* of one call */
} FunctionDistance;

/* Refuse what the function returned for two labels. */
static void
refuse_result(const FunctionDistance *f, int c, int k, const char *result,
			  const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("function %s returns %s for labels \"%s\" and \"%s\"",
					f->name, result, f->view->text[c], f->view->text[k]),
			 errhint("%s", hint)));
}

/* Call the function on two labels. */
static double
function_call(FunctionDistance *f, int c, int k)
{
	static const char *const hint =
		"A disagreement must be a finite number, at least 0.";
	LOCAL_FCINFO(call, 2);
	MemoryContext old = MemoryContextSwitchTo(f->scratch);
	Datum		result;
	double		d;

	CHECK_FOR_INTERRUPTS();
	InitFunctionCallInfoData(*call, &f->flinfo, 2, f->collation, NULL, NULL);
	call->args[0].value = f->value[c];
	call->args[0].isnull = false;
	call->args[1].value = f->value[k];
	call->args[1].isnull = false;
	result = FunctionCallInvoke(call);
	if (call->isnull)
		refuse_result(f, c, k, "NULL", hint);
	d = DatumGetFloat8(result);
	MemoryContextSwitchTo(old);
	MemoryContextReset(f->scratch);
	if (!isfinite(d) || d < 0)
		refuse_result(f, c, k, psprintf("%g", d), hint);
	return d;
}

/* Give the disagreement of two labels by the function, asked once a pair. */
static double
distance_by_function(void *arg, int c, int k)
{
	FunctionDistance *f = arg;
	int			low = Min(c, k);
	int			high = Max(c, k);
	double	   *known;
	double		back;

	if (low == high)
		return 0;
	if (f->value == NULL)
		return 1;
	known = &f->known[(Size) high * (high - 1) / 2 + low];
	if (*known >= 0)
		return *known;
	*known = function_call(f, low, high);
	back = function_call(f, high, low);
	if (fabs(*known - back) > SYMMETRY_TOLERANCE * Max(*known, back))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("function %s is not symmetric", f->name),
				 errdetail("It returns %.15g for labels \"%s\" and \"%s\", and %.15g the other way round.",
						   *known, f->view->text[low], f->view->text[high],
						   back)));
	return *known;
}

/* Refuse a function that the current user may not call. */
static void
check_execute(Oid function)
{
	AclResult	result = annoqa_function_aclcheck(function, GetUserId());

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_FUNCTION, get_func_name(function));
	InvokeFunctionExecuteHook(function);
}

/*
 * Check what the catalog says of a function, and give the type of both its
 * arguments.
 */
static Oid
function_argument_type(Oid function, const char *name)
{
	HeapTuple	tup = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	Oid			type;
	bool		plain;

	if (!HeapTupleIsValid(tup))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("function with OID %u does not exist", function)));
	form = (Form_pg_proc) GETSTRUCT(tup);
	plain = form->prokind == PROKIND_FUNCTION && !form->proretset &&
		form->pronargs == 2 && form->prorettype == FLOAT8OID &&
		form->proargtypes.values[0] == form->proargtypes.values[1];
	type = plain ? form->proargtypes.values[0] : InvalidOid;
	ReleaseSysCache(tup);
	if (!plain || get_typtype(type) == TYPTYPE_PSEUDO)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is no disagreement function", name),
				 errhint("A disagreement function takes two labels, both of one type, and returns one double precision.")));
	return type;
}

/* Tell whether labels of a view can be given as values of a type. */
static bool
takes_labels(const LabelType *lt, const LabelView *view)
{
	switch (view->kind)
	{
		case LABEL_NONE:
			return true;
		case LABEL_ORDERED:
			return lt->kind == LABEL_ORDERED || lt->kind == LABEL_TEXT;
		case LABEL_SPAN:
		case LABEL_OTHER:
			return lt->kind == view->kind &&
				strcmp(lt->qualifier, view->qualifier) == 0;
		default:
			return lt->kind == view->kind;
	}
}

/* Give the collation by which the function is to compare labels. */
static Oid
function_collation(Oid type, const LabelView *view, FunctionCallInfo fcinfo)
{
	LabelType	lt;

	if (OidIsValid(PG_GET_COLLATION()))
		return PG_GET_COLLATION();
	if (view->kind != LABEL_TEXT || view->qualifier[0] == '\0')
		return get_typcollation(type);
	label_type_from_space(&lt, view->kind, view->qualifier,
						  CurrentMemoryContext);
	return lt.collation;
}

/* Refuse a function by which a label disagrees with itself. */
static void
check_equal_labels(FunctionDistance *f)
{
	for (int i = 0; i < f->view->n; i++)
	{
		double		d = function_call(f, i, i);

		if (d != 0)
			refuse_result(f, i, i, psprintf("%g", d),
						  "Equal labels must have a disagreement of 0.");
	}
}

/* Give the scale the disagreement that a SQL function returns. */
void
distance_from_function(Scale *scale, Oid function, const LabelView *view,
					   FunctionCallInfo fcinfo)
{
	FunctionDistance *f = palloc0(sizeof(FunctionDistance));
	LabelType	lt;
	Oid			type;
	Size		n_pairs = (Size) view->n * Max(view->n - 1, 0) / 2;

	f->name = format_procedure(function);
	f->view = view;
	check_execute(function);
	type = function_argument_type(function, f->name);
	label_type_init(&lt, type, get_typcollation(type), "label",
					CurrentMemoryContext);
	if (!takes_labels(&lt, view))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("function %s does not take these labels", f->name),
				 errdetail("The labels are of kind \"%s\"%s%s.",
						   label_kind_name(view->kind),
						   view->qualifier[0] ? ", " : "", view->qualifier),
				 errhint("Its arguments must be of the labels' own type.")));
	distance_check_limit(view, MAX_FUNCTION_LABELS,
						 psprintf("function %s", f->name));

	/* a domain's own input, so that its constraints hold */
	lt.type = type;
	if (view->kind != LABEL_NONE)
		f->value = distance_values(&lt, view);
	f->collation = function_collation(type, view, fcinfo);
	fmgr_info_cxt(function, &f->flinfo, CurrentMemoryContext);
	f->scratch = AllocSetContextCreate(CurrentMemoryContext,
									   "annoqa disagreement function",
									   ALLOCSET_SMALL_SIZES);
	f->known = palloc_extended(sizeof(double) * Max(n_pairs, 1),
							   MCXT_ALLOC_HUGE);
	for (Size i = 0; i < n_pairs; i++)
		f->known[i] = -1;
	if (f->value != NULL)
		check_equal_labels(f);

	scale->kind = LEVEL_DISTANCE;
	scale->q = view->n;
	scale->distance = distance_by_function;
	scale->distance_arg = f;
}
