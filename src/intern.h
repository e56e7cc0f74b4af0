/*
 * intern.h
 *		Telling values apart at one call site: each spelling is looked up once,
 *		equal spellings share a class, and a state's code for a class is found
 *		without touching the type again.
 */
#ifndef ANNOQA_INTERN_H
#define ANNOQA_INTERN_H

#include "compat.h"
#include "dict.h"
#include "label.h"

/* one way to write a value */
typedef struct Spelling
{
	uint32		cls;
	uint32		len;			/* of the image */
	Datum		value;			/* by value, or the stored image */
	const char *image;			/* bytes that tell spellings apart */
	const char *text;			/* canonical text */
} Spelling;

/* a set of equal values */
typedef struct LabelClass
{
	const Spelling *first;
	uint64		serial;			/* of the dictionary asked last ... */
	int32		code;			/* ... and its code there */
} LabelClass;

typedef struct MemoSlot
{
	uint64		word;
	uint32		len;
	const Spelling *spelling;
} MemoSlot;

#define MEMO_SLOTS 1024

typedef struct Intern
{
	struct Intern *next;		/* in a list of interns, see merge_intern */
	MemoryContext cxt;
	LabelType	type;
	const char *role;			/* "label", "annotator" or "item" in messages */
	uint32		token;
	MemoSlot	memo[MEMO_SLOTS];
	struct image_hash *images;
	struct text_hash *texts;	/* made on first need */
	struct value_hash *values;	/* !by_text: by the type's own hash */
	LabelClass *classes;
	uint32		n_classes;
	uint32		cap_classes;
	char	   *arena;			/* where small copies are cut from */
	Size		arena_left;
	char	  **categories;		/* what the type or the caller declares */
	int			n_categories;
	struct varlena *declared_by;	/* the caller's array, or NULL */
} Intern;

extern Intern *intern_create(MemoryContext cxt, Oid type, Oid collation,
							 const char *role);
extern Intern *intern_for_space(MemoryContext cxt, LabelKind kind,
								const char *qualifier, const char *role);
extern const Spelling *intern_value_slow(Intern *in, Datum value);
extern const Spelling *intern_text(Intern *in, const char *text);
extern const Spelling *intern_category(Intern *in, const char *name);
extern Intern *intern_for_row(FunctionCallInfo fcinfo, Intern **list,
							  int label_arg, int categories_arg);
extern bool intern_enter(Intern *in, Dict *d, const Spelling *sp,
						 int32 *code);
extern void intern_bind(Intern *in, Dict *d);
extern void intern_check_space(const Intern *in, const Dict *d);
extern Size intern_template_text(const Intern *in);
extern void intern_fill_template(Intern *in, Dict *d);

/*
 * The word by which the memo knows an image: with the length, all of an image
 * of up to 8 bytes.
 */
static inline uint64
memo_word(const char *image, Size len)
{
	if (len >= 8)
	{
		uint64		first,
					last;

		memcpy(&first, image, 8);
		memcpy(&last, image + len - 8, 8);
		return len == 8 ? first :
			first ^ (last * UINT64CONST(0x9E3779B97F4A7C15));
	}
	if (len >= 4)
	{
		uint32		first,
					last;

		memcpy(&first, image, 4);
		memcpy(&last, image + len - 4, 4);
		return first | (uint64) last << 32;
	}
	if (len == 0)
		return 0;
	return (uint64) (uint8) image[0] | (uint64) (uint8) image[len >> 1] << 8 |
		(uint64) (uint8) image[len - 1] << 16;
}

/* Where the memo keeps an image. */
static inline MemoSlot *
memo_slot(Intern *in, uint64 word, Size len)
{
	return &in->memo[((word ^ len) * UINT64CONST(0x9E3779B97F4A7C15)) >> 54];
}

/* Does the memo keep this image there? */
static inline bool
memo_hit(const MemoSlot *slot, uint64 word, const char *image, Size len)
{
	return slot->word == word && slot->len == len && slot->spelling != NULL &&
		(len <= 8 || memcmp(slot->spelling->image, image, len) == 0);
}

/* Find or make the spelling of a value. */
static inline const Spelling *
intern_value(Intern *in, Datum value)
{
	if (!in->type.byval && in->type.typlen == -1 &&
		!VARATT_IS_EXTERNAL(DatumGetPointer(value)) &&
		!VARATT_IS_COMPRESSED(DatumGetPointer(value)))
	{
		const char *image = VARDATA_ANY(DatumGetPointer(value));
		Size		len = VARSIZE_ANY_EXHDR(DatumGetPointer(value));
		uint64		word = memo_word(image, len);
		MemoSlot   *slot = memo_slot(in, word, len);

		if (likely(memo_hit(slot, word, image, len)))
			return slot->spelling;
	}
	return intern_value_slow(in, value);
}

/* The code of a spelling in a dictionary bound to this intern, or -1. */
static inline int32
intern_code(Intern *in, Dict *d, const Spelling *sp)
{
	LabelClass *c = &in->classes[sp->cls];

	if (likely(c->serial == d->serial))
		return c->code;
	c->code = dict_find_class(d, sp->cls);
	c->serial = (c->code >= 0) ? d->serial : 0;
	return c->code;
}

/* Must the spelling replace the one that the dictionary holds? */
static inline bool
intern_smaller_spelling(const Intern *in, const Dict *d, int32 code,
						const Spelling *sp)
{
	return !in->type.by_text && strcmp(sp->text, DictText(d, code)) < 0;
}

#endif							/* ANNOQA_INTERN_H */
