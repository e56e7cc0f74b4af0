/*
 * coefficients.c
 *		The coefficients of agreement as SQL calls them: final functions of the
 *		one-call forms, and accessors on stored states.
 */
#include "postgres.h"

#include "reading.h"
#include "utils/builtins.h"

/* Is this coefficient defined for any labels whatever? */
static bool
needs_categories(Coefficient which)
{
	return which != KRIPPENDORFF_ALPHA && which != PERCENT_AGREEMENT;
}

/* Return an estimate, or NULL. */
static Datum
return_estimate(FunctionCallInfo fcinfo, const Estimate *e)
{
	if (!e->defined)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(e->value);
}

/* The final function of a one-call form. */
static Datum
finish(FunctionCallInfo fcinfo, Coefficient which)
{
	Log			log;
	Tabulated  *t;
	ReadArgs	args;
	Scale		scale;
	Estimate	e;
	uint8		code;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	log_open(&log, PG_GETARG_DATUM(0), STATE_ITEM_LABELS);
	t = log_tabulated(&log);
	if (needs_categories(which))
		need_categories(t->view->kind);
	memset(&args, 0, sizeof(args));
	code = log_info(&log)->scale;
	scale_code_names(code, &args.level, &args.weights);
	if (code == 0)
		notice_fractions(fcinfo->flinfo, t->view);
	if (code == 0 && which != KRIPPENDORFF_ALPHA)
		args.weights = "unweighted";
	reading_scale(&scale, t->view, &args, fcinfo);
	coefficient_estimate(t->patterns, &scale, which, false, &e);
	return return_estimate(fcinfo, &e);
}

/* An accessor on a stored state. */
static Datum
read_state(FunctionCallInfo fcinfo, Coefficient which, const ReadArgs *args)
{
	Reading		r;
	Estimate	e;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	reading_open(&r, PG_GETARG_DATUM(0));
	if (needs_categories(which))
		need_categories((LabelKind) r.dict->kind);
	reading_interpret(&r, args, fcinfo);
	if (reading_annotators(&r) == 1)
		PG_RETURN_NULL();
	if (which != KRIPPENDORFF_ALPHA && ScaleIsLevel(&r.scale))
	{
		r.scale.kind = WEIGHTS_UNWEIGHTED;
		scale_prepare(&r.scale);
	}
	coefficient_estimate(r.patterns, &r.scale, which, false, &e);
	return return_estimate(fcinfo, &e);
}

/* An accessor (state, weights text, categories text[], period, bounds). */
static Datum
read_weighted(FunctionCallInfo fcinfo, Coefficient which)
{
	ReadArgs	args;

	memset(&args, 0, sizeof(args));
	args.weights = text_argument(fcinfo, 1);
	args.categories = array_argument(fcinfo, 2);
	args.period = period_argument(fcinfo, 3);
	args.bounds = array_argument(fcinfo, 4);
	return read_state(fcinfo, which, &args);
}

/* An accessor (state, weights float8[] [, categories text[]]). */
static Datum
read_matrix(FunctionCallInfo fcinfo, Coefficient which)
{
	ReadArgs	args;

	memset(&args, 0, sizeof(args));
	args.matrix = array_argument(fcinfo, 1);
	args.categories = array_argument(fcinfo, 2);
	if (args.matrix == NULL)
		PG_RETURN_NULL();
	return read_state(fcinfo, which, &args);
}

/* final functions */

PG_FUNCTION_INFO_V1(krippendorff_alpha_final);
Datum
krippendorff_alpha_final(PG_FUNCTION_ARGS)
{
	return finish(fcinfo, KRIPPENDORFF_ALPHA);
}

PG_FUNCTION_INFO_V1(percent_agreement_final);
Datum
percent_agreement_final(PG_FUNCTION_ARGS)
{
	return finish(fcinfo, PERCENT_AGREEMENT);
}

PG_FUNCTION_INFO_V1(fleiss_kappa_final);
Datum
fleiss_kappa_final(PG_FUNCTION_ARGS)
{
	return finish(fcinfo, FLEISS_KAPPA);
}

PG_FUNCTION_INFO_V1(gwet_ac_final);
Datum
gwet_ac_final(PG_FUNCTION_ARGS)
{
	return finish(fcinfo, GWET_AC);
}

PG_FUNCTION_INFO_V1(brennan_prediger_final);
Datum
brennan_prediger_final(PG_FUNCTION_ARGS)
{
	return finish(fcinfo, BRENNAN_PREDIGER);
}

/* of what one annotator said of one item: one category there is no flaw */
PG_FUNCTION_INFO_V1(self_agreement_final);
Datum
self_agreement_final(PG_FUNCTION_ARGS)
{
	Log			log;
	Tabulated  *t;
	Scale		scale = {0};
	Estimate	e;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	log_open(&log, PG_GETARG_DATUM(0), STATE_ITEM_LABELS);
	t = log_tabulated(&log);
	scale.kind = WEIGHTS_UNWEIGHTED;
	scale.q = t->view->n;
	scale_prepare(&scale);
	coefficient_estimate(t->patterns, &scale, PERCENT_AGREEMENT, false, &e);
	if (e.reason == REASON_ONE_CATEGORY)
		PG_RETURN_FLOAT8(1);
	return return_estimate(fcinfo, &e);
}

/* accessors */

PG_FUNCTION_INFO_V1(krippendorff_alpha_read);
Datum
krippendorff_alpha_read(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	memset(&args, 0, sizeof(args));
	args.level = text_argument(fcinfo, 1);
	args.categories = array_argument(fcinfo, 2);
	args.weights = text_argument(fcinfo, 3);
	args.period = period_argument(fcinfo, 4);
	args.bounds = array_argument(fcinfo, 5);
	return read_state(fcinfo, KRIPPENDORFF_ALPHA, &args);
}

PG_FUNCTION_INFO_V1(krippendorff_alpha_matrix);
Datum
krippendorff_alpha_matrix(PG_FUNCTION_ARGS)
{
	return read_matrix(fcinfo, KRIPPENDORFF_ALPHA);
}

PG_FUNCTION_INFO_V1(krippendorff_alpha_distance);
Datum
krippendorff_alpha_distance(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	memset(&args, 0, sizeof(args));
	args.distance = PG_GETARG_OID(1);
	if (!OidIsValid(args.distance))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("function with OID 0 does not exist")));
	return read_state(fcinfo, KRIPPENDORFF_ALPHA, &args);
}

PG_FUNCTION_INFO_V1(percent_agreement_read);
Datum
percent_agreement_read(PG_FUNCTION_ARGS)
{
	return read_weighted(fcinfo, PERCENT_AGREEMENT);
}

PG_FUNCTION_INFO_V1(percent_agreement_matrix);
Datum
percent_agreement_matrix(PG_FUNCTION_ARGS)
{
	return read_matrix(fcinfo, PERCENT_AGREEMENT);
}

PG_FUNCTION_INFO_V1(fleiss_kappa_read);
Datum
fleiss_kappa_read(PG_FUNCTION_ARGS)
{
	return read_weighted(fcinfo, FLEISS_KAPPA);
}

PG_FUNCTION_INFO_V1(fleiss_kappa_matrix);
Datum
fleiss_kappa_matrix(PG_FUNCTION_ARGS)
{
	return read_matrix(fcinfo, FLEISS_KAPPA);
}

PG_FUNCTION_INFO_V1(gwet_ac1_read);
Datum
gwet_ac1_read(PG_FUNCTION_ARGS)
{
	ReadArgs	args;

	memset(&args, 0, sizeof(args));
	args.weights = "unweighted";
	args.categories = array_argument(fcinfo, 1);
	return read_state(fcinfo, GWET_AC, &args);
}

PG_FUNCTION_INFO_V1(gwet_ac2_read);
Datum
gwet_ac2_read(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	return read_weighted(fcinfo, GWET_AC);
}

PG_FUNCTION_INFO_V1(gwet_ac2_matrix);
Datum
gwet_ac2_matrix(PG_FUNCTION_ARGS)
{
	return read_matrix(fcinfo, GWET_AC);
}

PG_FUNCTION_INFO_V1(brennan_prediger_read);
Datum
brennan_prediger_read(PG_FUNCTION_ARGS)
{
	return read_weighted(fcinfo, BRENNAN_PREDIGER);
}

PG_FUNCTION_INFO_V1(brennan_prediger_matrix);
Datum
brennan_prediger_matrix(PG_FUNCTION_ARGS)
{
	return read_matrix(fcinfo, BRENNAN_PREDIGER);
}
