/*
 * label.h
 *		Identity of labels, annotators and items: of any type, as its default
 *		operator class and the call's collation say.
 *
 * A state that may be stored or sent knows its labels by a canonical text that
 * no setting of the session changes, and by the space they belong to: a kind,
 * and for some kinds a qualifier (the name of a type or of a collation, never
 * an OID).
 */
#ifndef ANNOQA_LABEL_H
#define ANNOQA_LABEL_H

#include "postgres.h"
#include "fmgr.h"

typedef enum LabelKind
{
	LABEL_NONE = 0,				/* no label seen yet */
	LABEL_NUMBER,				/* integers, numeric, floating point */
	LABEL_TEXT,					/* qualifier: a nondeterministic collation */
	LABEL_ORDERED,				/* enum, boolean, declared categories */
	LABEL_SET,					/* text[]: sets, order and repeats ignored */
	LABEL_SPAN,					/* ranges, multiranges, box; qualifier: type */
	LABEL_OTHER					/* qualifier: the type */
} LabelKind;

#define LABEL_KIND_LAST LABEL_OTHER

/* what a backend knows of a type whose values are labels */
typedef struct LabelType
{
	Oid			type;			/* base type, domains looked through */
	Oid			collation;
	LabelKind	kind;
	char	   *qualifier;		/* "" when the kind needs none */
	bool		byval;
	int16		typlen;
	char		typalign;
	bool		by_text;		/* equal labels are those of equal text */
	bool		by_image;		/* and equal texts those of equal bytes */
	bool		fixed_output;	/* output heeds no setting */
	FmgrInfo	output;
	FmgrInfo	input;			/* looked up on first need */
	Oid			input_ioparam;
	FmgrInfo	equal;			/* !by_text */
	FmgrInfo	hash;			/* !by_text; fn_oid invalid: none */
} LabelType;

extern void label_type_init(LabelType *lt, Oid type, Oid collation,
							const char *role, MemoryContext cxt);
extern void label_type_from_space(LabelType *lt, LabelKind kind,
								  const char *qualifier, MemoryContext cxt);
extern char *label_text(LabelType *lt, Datum value);
extern Datum label_from_text(LabelType *lt, const char *text);
extern Datum label_from_text_typmod(LabelType *lt, const char *text,
									int32 typmod);
extern bool label_equal(LabelType *lt, Datum a, Datum b);
extern bool label_same(LabelType *lt, Datum a, Datum b);
extern Datum label_word(const LabelType *lt, Datum value);
extern uint32 label_hash(LabelType *lt, Datum value);

/* the values that a type declares, in their order; 0 when it declares none */
extern int	label_type_categories(const LabelType *lt, char ***categories);

extern const char *label_kind_name(LabelKind kind);
extern bool label_kind_from_name(const char *name, LabelKind *kind);

/* is this function part of the server, or written in C by a superuser? */
extern bool function_is_native(Oid function);

/* the type of an argument, which a concrete function need not be told */
extern Oid	call_argtype(FunctionCallInfo fcinfo, int arg);

/* refuse values of our own types, with a hint at the function meant */
extern void check_not_own_type(FunctionCallInfo fcinfo, Oid type,
							   const char *role);

#endif							/* ANNOQA_LABEL_H */
