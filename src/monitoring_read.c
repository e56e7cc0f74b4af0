/*
 * monitoring_read.c
 *		Charts over a sequence of answers, as SQL calls them.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "interrupts.h"
#include "monitoring.h"
#include "reading.h"
#include "rows.h"
#include "utils/array.h"
#include "utils/builtins.h"

#define DEFAULT_RUN_LENGTH 10000
#define MAX_RUN_LENGTH 1e9

/* A rate inside (0, 1). */
static double
rate_argument(FunctionCallInfo fcinfo, int arg, const char *name)
{
	double		rate = PG_GETARG_FLOAT8(arg);

	if (!(rate > 0 && rate < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must lie between 0 and 1, not %g", name, rate)));
	return rate;
}

/* The run length asked for. */
static double
run_length_argument(FunctionCallInfo fcinfo, int arg)
{
	double		run = float_argument(fcinfo, arg, DEFAULT_RUN_LENGTH);

	if (!(run >= 1 && run <= MAX_RUN_LENGTH))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("run_length must lie between 1 and %g answers, not %g",
						MAX_RUN_LENGTH, run)));
	return run;
}

/*
 * Build a chart with a limit, or take the last one built: a rule reads the
 * answers of many annotators with one chart.
 */
static bool
limited_design(ChartMethod method, double good, double bad, double run,
			   Chart *chart)
{
	static Chart last;
	static double last_good,
				last_bad;
	static bool known = false;

	if (!(known && last.method == method && last_good == good &&
		  last_bad == bad && last.run_length == run))
	{
		known = false;
		if (!(method == CHART_CUSUM ? cusum_design : ewma_design) (&last, good,
																   bad, run))
			return false;
		last_good = good;
		last_bad = bad;
		known = true;
	}
	*chart = last;
	return true;
}

/* Build a chart with a limit from arguments in_control, out_of_control, run_length. */
static void
limited_chart(FunctionCallInfo fcinfo, ChartMethod method, int first,
			  Chart *chart)
{
	double		good = rate_argument(fcinfo, first, "in_control");
	double		bad = rate_argument(fcinfo, first + 1, "out_of_control");
	double		run = run_length_argument(fcinfo, first + 2);

	if (bad >= good)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("out_of_control must be below in_control, not %g and %g",
						bad, good),
				 errhint("Both are accuracies: the good one, and one that must be noticed.")));
	if (!limited_design(method, good, bad, run, chart))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no limit gives a run length of %g answers at accuracies %g and %g",
						run, good, bad),
				 errhint("Take accuracies further apart, or a shorter run length.")));
}

/* Put what a chart says of answers: statistic, bound, alarm_at, n. */
static void
put_chart(FunctionCallInfo fcinfo, const Chart *chart)
{
	ArrayType  *answers = PG_GETARG_ARRAYTYPE_P(0);
	Rows		rows;
	ChartState	state;
	Datum	   *value;
	bool	   *null;
	int			length;
	int64		n = 0,
				alarm = -1;

	deconstruct_array(answers, BOOLOID, 1, true, TYPALIGN_CHAR, &value, &null,
					  &length);
	chart_start(chart, &state);
	for (int i = 0; i < length; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (null[i])
			continue;
		n++;
		if (alarm < 0 && chart_step(chart, &state, DatumGetBool(value[i])))
			alarm = n;
	}
	rows_begin(&rows, fcinfo);
	put_float(&rows, true, chart_statistic(chart, &state));
	put_float(&rows, true, chart_bound(chart));
	put_count(&rows, alarm);
	put_count(&rows, n);
	row_end(&rows);
}

/* e_detector(answers, threshold, run_length) */
PG_FUNCTION_INFO_V1(e_detector);
Datum
e_detector(PG_FUNCTION_ARGS)
{
	Chart		chart;

	detector_design(&chart, rate_argument(fcinfo, 1, "threshold"),
					run_length_argument(fcinfo, 2));
	put_chart(fcinfo, &chart);
	return (Datum) 0;
}

/* cusum(answers, in_control, out_of_control, run_length) */
PG_FUNCTION_INFO_V1(cusum);
Datum
cusum(PG_FUNCTION_ARGS)
{
	Chart		chart;

	limited_chart(fcinfo, CHART_CUSUM, 1, &chart);
	put_chart(fcinfo, &chart);
	return (Datum) 0;
}

/* ewma(answers, in_control, out_of_control, run_length) */
PG_FUNCTION_INFO_V1(ewma);
Datum
ewma(PG_FUNCTION_ARGS)
{
	Chart		chart;

	limited_chart(fcinfo, CHART_EWMA, 1, &chart);
	put_chart(fcinfo, &chart);
	return (Datum) 0;
}

/* chart_design(method, in_control, out_of_control, run_length) */
PG_FUNCTION_INFO_V1(chart_design);
Datum
chart_design(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	bool		is_cusum = strcmp(name, "cusum") == 0;
	Rows		rows;
	Chart		chart;

	if (!is_cusum && strcmp(name, "ewma") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown chart \"%s\"", name),
				 errhint("Valid charts are cusum and ewma; e_detector has no limit to compute.")));
	limited_chart(fcinfo, is_cusum ? CHART_CUSUM : CHART_EWMA, 1, &chart);
	rows_begin(&rows, fcinfo);
	put_float(&rows, is_cusum, is_cusum ? (double) chart.fall / chart.unit : 0);
	put_float(&rows, !is_cusum, chart.weight);
	put_float(&rows, true, chart_bound(&chart));
	put_float(&rows, true, chart.in_control_run);
	put_float(&rows, true, chart.out_of_control_run);
	row_end(&rows);
	return (Datum) 0;
}
