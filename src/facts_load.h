/*
 * facts_load.h
 *		Reading a source into facts: queries, rows as they arrive, settings.
 */
#ifndef ANNOQA_FACTS_LOAD_H
#define ANNOQA_FACTS_LOAD_H

#include "facts.h"
#include "fmgr.h"
#include "intern.h"
#include "pgtime.h"
#include "tcop/dest.h"
#include "utils/jsonb.h"

/* columns of the query that gives rows, in its order */
typedef enum SourceColumn
{
	SOURCE_ITEM,
	SOURCE_ANNOTATOR,
	SOURCE_LABEL,
	SOURCE_GOLD,
	SOURCE_GOLD_FLAG,
	SOURCE_LABELED_AT,
	SOURCE_AVAILABLE_AT,
	SOURCE_SECONDS,
	SOURCE_CONFIDENCE,
	SOURCE_VENDOR,
	SOURCE_KIND,
	SOURCE_GUIDELINE,
	SOURCE_BATCH,
	SOURCE_STRATUM,
	SOURCE_PRICE,
	SOURCE_SKIPPED,
	SOURCE_VALID,
	SOURCE_REVIEW,
	SOURCE_SUGGESTION
} SourceColumn;

#define N_SOURCE_COLUMNS (SOURCE_SUGGESTION + 1)

/* columns of rows as they are kept */
typedef enum KeptColumn
{
	KEPT_ITEM,
	KEPT_ANNOTATOR,
	KEPT_CODE,
	KEPT_AT,
	KEPT_AVAILABLE,
	KEPT_SECONDS,
	KEPT_CONFIDENCE,
	KEPT_PRICE,
	KEPT_VENDOR,
	KEPT_GUIDELINE,
	KEPT_BATCH,
	KEPT_STRATUM,
	KEPT_SUGGESTION,
	KEPT_KIND,
	KEPT_REVIEW,
	KEPT_FLAGS
} KeptColumn;

#define N_KEPT_COLUMNS (KEPT_FLAGS + 1)

/* values of one column, told apart */
typedef struct NameTable
{
	Intern	   *intern;
	const char **least;			/* least spelling of each class; or NULL */
	uint32		cap_least;
	uint8	   *meaning;		/* of each class, in a column of known words */
	uint32		n_meanings;
} NameTable;

/* settings that are no rules of the mathematics */
typedef struct FactSettings
{
	MemoryContext own;			/* where all facts lie */
	MemoryContext outer;		/* where the caller was */
	bool		by_vendor;		/* compare with the other vendors, too */
	FactRules	rules;
	bool		has[N_SOURCE_COLUMNS];	/* columns that the source names */
	char	   *annotators_query;
	char	   *cases_query;
	char	   *answers_query;
	char	  **edge_strata;
	int			n_edge_strata;
	pg_tz	   *tz;
	char	   *bucket;			/* 'day', 'week', 'month'; NULL: 'week' */
	int64		since;
	int64		until;
	char	   *vendor;
	char	   *annotator;
	char	   *item_set;		/* 'production', 'gold'; NULL: all */
	char	   *alpha_item_set; /* the same, for alpha alone */
	char	   *level;			/* of alpha; NULL: as the consensus has it */
	bool		people;			/* group the rows of people alone */
	bool		alpha;
	bool		backlog;		/* count what opened and closed */
	bool		other_vendors;	/* compare vendors */
	bool		coinciding;		/* count whose errors coincide, by annotator */
	char	  **calibration_batches;	/* two, or none */
	int			n_calibration_batches;
	int			calibration_size;
	double		calibration_gate;
	double		judge_floor;	/* judge annotators by gold; -1: not */
	double		batch_target;	/* accuracy of deliveries; 0: none */
	double		batch_confidence;
} FactSettings;

/* an answer that the source calls gold, as it arrives */
typedef struct GoldAnswer
{
	int32		item;
	int32		code;
} GoldAnswer;

/* a case as it arrives */
typedef struct LoadedCase
{
	char	   *item;
	char	   *label;
	FactCase	found;
} LoadedCase;

/* an answer of the stored model, as it arrives */
typedef struct LoadedAnswer
{
	char	   *item;
	char	   *label;			/* NULL: a tie */
	ModelAnswer found;
} LoadedAnswer;

/* a name, to be found by its text */
typedef struct NameText
{
	const char *text;
	int32		code;
} NameText;

/* how a column's values are labels */
typedef struct AnswerType
{
	Oid			element;		/* of an array of labels, else 0 */
	bool		by_text;		/* another type: by its canonical text */
	LabelType	type;			/* then */
} AnswerType;

typedef struct FactLoad
{
	DestReceiver dest;			/* must come first */
	void		(*start) (struct FactLoad *load, TupleDesc desc);
	void		(*take_row) (struct FactLoad *load, TupleTableSlot *slot);
	MemoryContext cxt;			/* of all that stays */
	MemoryContext row_cxt;		/* emptied now and then */
	int64		n_taken;
	const FactSettings *settings;
	Facts	   *facts;

	/* the rows query */
	bool		started;
	AnswerType	answer;			/* of gold */
	AnswerType	suggestion;
	NameTable	items;
	NameTable	annotators;
	NameTable	labels;
	NameTable	texts[N_SOURCE_COLUMNS];	/* vendor, guideline, ... */
	Oid			item_type;
	struct number_hash *numbers;	/* items that are integers */
	int64	   *item_value;
	int64		n_items;
	int64		n_row_items;	/* of them, those of rows: the first */
	int64		cap_items;
	int32	   *direct;			/* item by number, of small ones; -1: none */
	int64		n_direct;

	int64		n;
	int64		cap;
	void	   *column[N_KEPT_COLUMNS];

	/* gold */
	int32	   *item_gold;		/* of the column, by item; see facts_load.c */
	int64		cap_item_gold;
	GoldAnswer *gold;			/* of the column's arrays and the relation */
	int64		n_gold;
	int64		n_column_gold;	/* of them, the column's */
	int64		cap_gold;
	int64	   *gold_at;		/* by item, of the relation; or NULL */
	int64		cap_gold_at;

	LoadedCase *cases;
	int64		n_cases;
	int64		cap_cases;
	LoadedAnswer *answers;
	int64		n_answers;
	int64		cap_answers;
	FactPerson *person;			/* by class of annotator */
	int64		cap_person;
} FactLoad;

extern const uint8 kept_width[N_KEPT_COLUMNS];

/* facts_settings.c */
extern void facts_settings(FactSettings *s, Jsonb *json);

/* facts_load.c */
extern void facts_read(FactLoad *load, const char *rows_query,
					   const char *gold_query);
extern const Spelling *name_enter(NameTable *t, Datum value);
extern const Spelling *name_spelled(NameTable *t, const Spelling *sp);
extern void kept_fill(FactLoad *load, KeptColumn column);
extern void load_gold(FactLoad *load, int32 item, int32 code);

/* facts_aside.c: what is read beside the rows */
extern void facts_read_gold(FactLoad *load, const char *query);
extern void facts_read_cases(FactLoad *load, const char *query);
extern void facts_read_annotators(FactLoad *load, const char *query);
extern void facts_query(FactLoad *load, const char *query,
						void (*start) (FactLoad *load, TupleDesc desc),
						void (*take) (FactLoad *load, TupleTableSlot *slot));
extern void check_types(TupleDesc desc, const char *what, const Oid *types,
						int n, int least);
extern char *kept_text(FactLoad *load, const TupleTableSlot *slot, int column);
extern int32 load_item(FactLoad *load, Datum value);
extern void answer_type_init(FactLoad *load, AnswerType *t, Oid type);
extern int32 load_label(FactLoad *load, AnswerType *t, Datum value);
extern int	load_labels(FactLoad *load, AnswerType *t, Datum value,
						int32 *buffer, int32 **codes);

/* facts_build.c */
extern void facts_build(FactLoad *load);
extern int32 *names_rank(NameTable *t, FactNames *names, double **score,
						 bool is_label);
extern void names_recode(void *column, int64 n, const int32 *rank);
extern void intern_cases(FactLoad *load, NameTable *labels);

/* facts_place.c */
extern void collect_sets(FactLoad *load);
extern void rank_gold(FactLoad *load, const int32 *item_rank);
extern void rank_gold_times(FactLoad *load, const int32 *item_rank);
extern void place_gold(FactLoad *load);
extern void place_cases(FactLoad *load);
extern void place_settings(FactLoad *load);
extern NameText *names_index(const FactNames *names);
extern int32 index_find(const NameText *index, int32 n, const char *text);
extern int32 names_find(const FactNames *names, const char *text);

/* facts_answers.c: what the stored model says of items */
extern void facts_read_answers(FactLoad *load, const char *query);
extern void place_answers(FactLoad *load);

/* facts_open.c: all of it */
extern Facts *facts_open(FunctionCallInfo fcinfo, FactSettings *settings,
						 bool by_vendor);
extern void facts_close(FactSettings *settings);
extern int	fact_choice(FunctionCallInfo fcinfo, int arg,
						const char *const *words, int n);

#endif							/* ANNOQA_FACTS_LOAD_H */
