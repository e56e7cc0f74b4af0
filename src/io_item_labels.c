/*
 * io_item_labels.c
 *		The type item_labels as bytes, and as text, the base64 of the bytes.
 *
 * Bytes: first bytes (wire.h), kind of the items, type of their hashes, scale,
 * dictionary, number of labels, number of items, most labels on an item; then
 * for each item, by rising key, its key, how many labels beyond the first it
 * has, and the codes of all.
 */
#include "postgres.h"

#include "compat.h"
#include "item_labels.h"
#include "libpq/pqformat.h"
#include "interrupts.h"
#include "utils/memutils.h"
#include "wire.h"

/* one label; the key is the integer or the hash itself, not mixed */
typedef struct KeyedLabel
{
	int64		key;
	int32		code;
} KeyedLabel;

#define ST_SORT sort_labels
#define ST_ELEMENT_TYPE KeyedLabel
#define ST_COMPARE(a, b) \
	((a)->key != (b)->key ? ((a)->key < (b)->key ? -1 : 1) : \
	 ((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Check what must always hold; compiled under assertions. */
static void
check_item_labels(Log *log)
{
#ifdef USE_ASSERT_CHECKING
	Dict	   *d = log_dict(log, LOG_LABELS);
	LogRow	   *rows = NULL;
	int64		n,
				cap = 0;

	Assert(log_info(log)->flags == 0);
	Assert(dict_is_valid(d));
	if (log->flat)
		Assert(log->flat->n <= log->flat->cap &&
			   log->flat->dict[LOG_LABELS] + d->size <= VARSIZE(log->flat));
	for (int p = 0; p < log_partitions(log); p++)
	{
		log_read(log, p, &rows, &n, &cap);
		for (int64 i = 0; i < n; i++)
			Assert(rows[i].code >= 0 && rows[i].code < d->n);
	}
#endif
}

/* The labels of a log in canonical order. */
static KeyedLabel *
canonical_labels(const Log *log, const LabelView *view)
{
	int64		total = log_count(log);
	KeyedLabel *labels = MemoryContextAllocHuge(CurrentMemoryContext,
												sizeof(KeyedLabel) *
												Max(total, 1));
	LogRow	   *rows = NULL;
	int64		n,
				cap = 0,
				at = 0;

	for (int p = 0; p < log_partitions(log); p++)
	{
		log_read(log, p, &rows, &n, &cap);
		for (int64 i = 0; i < n; i++)
		{
			CHECK_NOW_AND_THEN(i);
			labels[at].key = (int64) key_unmix(rows[i].key);
			labels[at++].code = view->rank[rows[i].code];
		}
	}
	Assert(at == total);
	if (rows)
		pfree(rows);
	sort_labels(labels, total);
	return labels;
}

/* How many labels the item has that begins at this one. */
static int64
run_length(const KeyedLabel *labels, int64 at, int64 n)
{
	int64		end = at + 1;

	while (end < n && labels[end].key == labels[at].key)
	{
		CHECK_NOW_AND_THEN(end);
		end++;
	}
	return end - at;
}

/* Write all items with their labels. */
static void
write_items(StringInfo buf, const KeyedLabel *labels, int64 n, int width)
{
	int64		n_items = 0,
				most = 0,
				run;
	int			count_width;

	for (int64 i = 0; i < n; i += run)
	{
		run = run_length(labels, i, n);
		most = Max(most, run);
		n_items++;
	}
	count_width = wire_width(most);
	pq_sendint32(buf, (uint32) n);
	pq_sendint32(buf, (uint32) n_items);
	pq_sendint32(buf, (uint32) most);
	for (int64 i = 0; i < n; i += run)
	{
		run = run_length(labels, i, n);
		pq_sendint64(buf, (uint64) labels[i].key);
		wire_put(buf, count_width, (uint32) (run - 1));
		for (int64 j = i; j < i + run; j++)
		{
			CHECK_NOW_AND_THEN(j);
			wire_put(buf, width, (uint32) labels[j].code);
		}
	}
}

/* The binary form of an argument. */
static bytea *
write_item_labels(FunctionCallInfo fcinfo)
{
	Log			log;
	Dict	   *d;
	LabelView  *view;
	KeyedLabel *labels;
	StringInfoData buf;

	log_open(&log, PG_GETARG_DATUM(0), STATE_ITEM_LABELS);
	check_item_labels(&log);
	d = log_dict(&log, LOG_LABELS);
	view = label_view(d);
	labels = canonical_labels(&log, view);
	wire_start(&buf, STATE_ITEM_LABELS);
	pq_sendint8(&buf, log_info(&log)->item_kind);
	pq_sendint32(&buf, log_info(&log)->item_tag);
	wire_put_scale(&buf, log_info(&log)->scale);
	wire_put_dict(&buf, d, view);
	write_items(&buf, labels, log_count(&log), wire_width(view->n));
	pfree(labels);
	return pq_endtypsend(&buf);
}

/* Read one item with its labels. */
static void
read_item(WireReader *r, Log *log, int width, int count_width, int64 *last)
{
	int32		n_labels = log_dict(log, LOG_LABELS)->n;
	bool		first = log_count(log) == 0;
	int64		key = wire_get_int64(r);
	int64		n = (int64) wire_get(r, count_width) + 1;
	LogRow		row;
	int32		code,
				before = 0;

	if (!first && key <= *last)
		wire_fail(r, "The items do not rise.");
	*last = key;
	row.key = key_mix((uint64) key);
	row.annotator = 0;
	row.at = 0;
	for (int64 i = 0; i < n; i++)
	{
		code = wire_get_code(r, width, n_labels);
		if (code < before)
			wire_fail(r, "The labels of an item do not rise.");
		if (r->failed)
			return;
		row.code = before = code;
		log_append(log, &row);
	}
}

/*
 * Start a log with the dictionary that was read: to the log its labels are what
 * their type declares.
 */
static void
start_log(Log *log, const LogInfo *info, const WireDict *w)
{
	Intern		none;
	Intern	   *interns[LOG_DICTS] = {w->intern, NULL, NULL};

	if (w->intern == NULL)
	{
		memset(&none, 0, sizeof(none));
		none.type.kind = w->kind;
		none.type.qualifier = unconstify(char *, w->qualifier);
		interns[LOG_LABELS] = &none;
	}
	else
	{
		w->intern->categories = (char **) w->text;
		w->intern->n_categories = w->n;
	}
	log->aggcontext = NULL;
	log_create(log, STATE_ITEM_LABELS, info, interns);
	log_dict(log, LOG_LABELS)->declared = w->declared;
	dict_forget(log_dict(log, LOG_LABELS));
}

/* See that the kind of the items is one that this type knows. */
static void
check_info(WireReader *r, const LogInfo *info, int64 n_items)
{
	if (info->item_kind > ITEMS_HASHED)
		wire_fail(r, "The items are of no known kind.");
	else if ((info->item_kind == ITEMS_HASHED) != (info->item_tag != 0))
		wire_fail(r, "The items are of no known type.");
	else if (info->item_kind == ITEMS_NONE && n_items > 0)
		wire_fail(r, "The items have no type.");
}

/* Read the binary form; NULL after a soft error. */
static FlatLog *
read_item_labels(WireReader *r)
{
	LogInfo		info;
	WireDict	w;
	Log			log;
	int64		n_items,
				n_labels,
				last = 0;
	int			width,
				count_width;

	memset(&info, 0, sizeof(info));
	wire_open(r, STATE_ITEM_LABELS);
	info.item_kind = (uint8) wire_get(r, 1);
	info.item_tag = wire_get(r, 4);
	info.scale = wire_get_scale(r);
	if (!wire_get_dict(r, &w, "label"))
		return NULL;
	width = wire_width(w.n);
	n_labels = wire_get_count(r, width);
	n_items = wire_get_count(r, sizeof(int64) + 1 + width);
	count_width = wire_width(wire_get(r, 4));
	check_info(r, &info, n_items);
	if (r->failed)
		return NULL;
	start_log(&log, &info, &w);
	log_need(&log, LOG_LABELS, (int) n_labels, 0, 0);
	for (int64 i = 0; i < n_items && !r->failed; i++)
	{
		read_item(r, &log, width, count_width, &last);
		CHECK_FOR_INTERRUPTS();
	}
	if (log_count(&log) != n_labels)
		wire_fail(r, "It has not as many labels as it says.");
	if (!wire_close(r))
		return NULL;
	check_item_labels(&log);
	return log.flat;
}

PG_FUNCTION_INFO_V1(item_labels_in);
Datum
item_labels_in(PG_FUNCTION_ARGS)
{
	WireReader	r = {"item_labels", true, annoqa_context(fcinfo), false, NULL};
	FlatLog    *log;

	if (!wire_unbase64(&r, PG_GETARG_CSTRING(0)) ||
		(log = read_item_labels(&r)) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(log);
}

PG_FUNCTION_INFO_V1(item_labels_out);
Datum
item_labels_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(wire_base64(write_item_labels(fcinfo)));
}

PG_FUNCTION_INFO_V1(item_labels_recv);
Datum
item_labels_recv(PG_FUNCTION_ARGS)
{
	WireReader	r = {"item_labels", false, NULL, false,
	(StringInfo) PG_GETARG_POINTER(0)};

	PG_RETURN_POINTER(read_item_labels(&r));
}

PG_FUNCTION_INFO_V1(item_labels_send);
Datum
item_labels_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(write_item_labels(fcinfo));
}
