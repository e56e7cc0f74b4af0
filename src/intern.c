/*
 * intern.c
 *		Telling values apart at one call site.
 *
 * Three tables, each made when first needed: spellings by the bytes of the
 * value, spellings by their canonical text (for values known only from a stored
 * state), and, for types whose equality is not that of their bytes, classes by
 * the type's own hash.  In front of the first stands a direct-mapped memo, so
 * that a label seen before costs one comparison.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "common/pg_prng.h"
#include "intern.h"
#include "view.h"
#include "utils/datum.h"
#include "utils/memutils.h"

/* spellings by image */
typedef struct ImageKey
{
	const char *bytes;
	uint32		len;
	uint32		hash;
} ImageKey;

typedef struct ImageEntry
{
	ImageKey	key;
	char		status;
	Spelling   *spelling;
} ImageEntry;

#define SH_PREFIX image
#define SH_ELEMENT_TYPE ImageEntry
#define SH_KEY_TYPE ImageKey
#define SH_KEY key
#define SH_HASH_KEY(tb, k) ((k).hash)
#define SH_EQUAL(tb, a, b) ((a).hash == (b).hash && (a).len == (b).len && \
							memcmp((a).bytes, (b).bytes, (a).len) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, e) ((e)->key.hash)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* spellings by canonical text */
typedef struct TextEntry
{
	const char *text;
	uint32		hash;
	char		status;
	Spelling   *spelling;
} TextEntry;

#define SH_PREFIX text
#define SH_ELEMENT_TYPE TextEntry
#define SH_KEY_TYPE const char *
#define SH_KEY text
#define SH_HASH_KEY(tb, k) hash_bytes((const unsigned char *) (k), strlen(k))
#define SH_EQUAL(tb, a, b) (strcmp(a, b) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(tb, e) ((e)->hash)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* classes by the type's hash and equality */
typedef struct ValueEntry
{
	Datum		value;
	uint32		hash;
	char		status;
	uint32		cls;
} ValueEntry;

#define SH_PREFIX value
#define SH_ELEMENT_TYPE ValueEntry
#define SH_KEY_TYPE Datum
#define SH_KEY value
#define SH_HASH_KEY(tb, k) \
	murmurhash32(label_hash((LabelType *) (tb)->private_data, (k)))
#define SH_EQUAL(tb, a, b) label_equal((LabelType *) (tb)->private_data, (a), (b))
#define SH_STORE_HASH
#define SH_GET_HASH(tb, e) ((e)->hash)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define ARENA_CHUNK 8192

/* set at random first, for states are passed between backends */
static uint32 last_token = 0;

/* Cut a copy of some bytes from the arena, aligned for any value. */
static char *
arena_copy(Intern *in, const char *bytes, Size len)
{
	Size		need = MAXALIGN(len);
	char	   *copy;

	if (need > ARENA_CHUNK / 4)
	{
		copy = MemoryContextAlloc(in->cxt, need);
		memcpy(copy, bytes, len);
		return copy;
	}
	if (need > in->arena_left)
	{
		in->arena = MemoryContextAlloc(in->cxt, ARENA_CHUNK);
		in->arena_left = ARENA_CHUNK;
	}
	copy = in->arena;
	in->arena += need;
	in->arena_left -= need;
	memcpy(copy, bytes, len);
	return copy;
}

/* Finish an intern whose type is known. */
static Intern *
intern_finish(Intern *in, MemoryContext cxt, const char *role)
{
	MemoryContext old = MemoryContextSwitchTo(cxt);

	in->cxt = cxt;
	in->role = role;
	while (last_token == 0)
		last_token = pg_prng_uint32(&pg_global_prng_state);
	in->token = ++last_token == 0 ? ++last_token : last_token;
	in->images = image_create(cxt, 64, NULL);
	if (!in->type.by_text)
		in->values = value_create(cxt, 64, &in->type);
	in->cap_classes = 16;
	in->classes = palloc(sizeof(LabelClass) * in->cap_classes);
	MemoryContextSwitchTo(old);
	return in;
}

/* Make an intern for values of a type. */
Intern *
intern_create(MemoryContext cxt, Oid type, Oid collation, const char *role)
{
	Intern	   *in = MemoryContextAllocZero(cxt, sizeof(Intern));
	MemoryContext old;

	label_type_init(&in->type, type, collation, role, cxt);
	old = MemoryContextSwitchTo(cxt);
	in->n_categories = label_type_categories(&in->type, &in->categories);
	MemoryContextSwitchTo(old);
	return intern_finish(in, cxt, role);
}

/* Make an intern for the labels of stored states. */
Intern *
intern_for_space(MemoryContext cxt, LabelKind kind, const char *qualifier,
				 const char *role)
{
	Intern	   *in = MemoryContextAllocZero(cxt, sizeof(Intern));

	label_type_from_space(&in->type, kind, qualifier, cxt);
	in->type.qualifier = MemoryContextStrdup(cxt, qualifier);
	return intern_finish(in, cxt, role);
}

/* Make a class of which this spelling is the first. */
static uint32
class_create(Intern *in, const Spelling *sp)
{
	LabelClass *c;

	if (in->n_classes == in->cap_classes)
	{
		in->cap_classes *= 2;
		in->classes = repalloc_huge(in->classes,
									sizeof(LabelClass) * in->cap_classes);
	}
	c = &in->classes[in->n_classes];
	c->first = sp;
	c->serial = 0;
	c->code = -1;
	return in->n_classes++;
}

/* Enter a spelling into the table of texts, making that table if need be. */
static TextEntry *
text_entry(Intern *in, const char *text, bool *found)
{
	if (in->texts == NULL)
	{
		image_iterator it;
		ImageEntry *e;

		in->texts = text_create(in->cxt, 64, NULL);
		image_start_iterate(in->images, &it);
		while ((e = image_iterate(in->images, &it)) != NULL)
		{
			bool		there;
			TextEntry  *t = text_insert(in->texts, e->spelling->text, &there);

			t->spelling = e->spelling;
		}
	}
	return text_insert(in->texts, text, found);
}

/* Find or make the class of a spelling that is new here. */
static void
classify(Intern *in, Spelling *sp)
{
	bool		found;

	if (in->type.by_text)
	{
		TextEntry  *t;

		/* equal images are equal texts: no table needed while none exists */
		if (in->type.by_image && in->texts == NULL)
		{
			sp->cls = class_create(in, sp);
			return;
		}
		t = text_entry(in, sp->text, &found);
		sp->cls = found ? t->spelling->cls : class_create(in, sp);
		if (!found)
			t->spelling = sp;
	}
	else
	{
		ValueEntry *v = value_insert(in->values, sp->value, &found);

		if (!found)
			v->cls = class_create(in, sp);
		sp->cls = v->cls;
		if (in->texts != NULL)
			text_entry(in, sp->text, &found)->spelling = sp;
	}
}

/* Make a spelling of a value that has not been seen here. */
static Spelling *
spelling_create(Intern *in, Datum value, const char *image, Size len)
{
	Spelling   *sp;
	char	   *text = label_text(&in->type, value);
	Spelling	init;

	sp = (Spelling *) arena_copy(in, (char *) &init, sizeof(Spelling));
	sp->len = len;
	sp->text = arena_copy(in, text, strlen(text) + 1);
	pfree(text);
	if (in->type.byval)
	{
		sp->value = value;
		sp->image = (const char *) &sp->value;
	}
	else
	{
		Size		size = datumGetSize(value, false, in->type.typlen);
		char	   *copy = arena_copy(in, DatumGetPointer(value), size);

		sp->value = PointerGetDatum(copy);
		sp->image = copy + (image - DatumGetPointer(value));
	}
	return sp;
}

/* Find or make a spelling by its image. */
static const Spelling *
intern_image(Intern *in, Datum value, const char *image, Size len)
{
	ImageKey	key;
	ImageEntry *e;
	bool		found;
	Spelling   *sp;

	key.bytes = image;
	key.len = len;
	key.hash = hash_bytes((const unsigned char *) image, len);
	e = image_lookup(in->images, key);
	if (e != NULL)
		return e->spelling;
	/* first everything that can fail, then the table */
	sp = spelling_create(in, value, image, len);
	classify(in, sp);
	key.bytes = sp->image;
	e = image_insert(in->images, key, &found);
	e->spelling = sp;
	return sp;
}

/* Find or make the spelling of a value of any type, toasted or not. */
const Spelling *
intern_value_slow(Intern *in, Datum value)
{
	const char *image;
	Size		len;
	uint64		word;
	MemoSlot   *slot;

	if (in->type.byval)
	{
		value = label_word(&in->type, value);
		image = (const char *) &value;
		len = sizeof(Datum);
		word = (uint64) value;
	}
	else
	{
		if (in->type.typlen == -1)
		{
			struct varlena *v = PG_DETOAST_DATUM_PACKED(value);

			value = PointerGetDatum(v);
			image = VARDATA_ANY(v);
			len = VARSIZE_ANY_EXHDR(v);
		}
		else
		{
			image = DatumGetPointer(value);
			len = in->type.typlen > 0 ? (Size) in->type.typlen : strlen(image);
		}
		word = memo_word(image, len);
	}
	slot = memo_slot(in, word, len);
	if (memo_hit(slot, word, image, len))
		return slot->spelling;
	slot->spelling = intern_image(in, value, image, len);
	slot->word = word;
	slot->len = len;
	return slot->spelling;
}

/* Find or make the spelling of a value known by its canonical text. */
const Spelling *
intern_text(Intern *in, const char *text)
{
	bool		found;
	TextEntry  *t;
	Spelling   *sp;
	Spelling	init;
	Datum		value;

	if (in->texts != NULL &&
		(t = text_lookup(in->texts, text)) != NULL)
		return t->spelling;
	if (in->type.by_text)
	{
		t = text_entry(in, text, &found);
		if (found)
			return t->spelling;
		memset(&init, 0, sizeof(init));
		sp = (Spelling *) arena_copy(in, (char *) &init, sizeof(Spelling));
		sp->text = arena_copy(in, text, strlen(text) + 1);
		sp->cls = class_create(in, sp);
		t->text = sp->text;
		t->spelling = sp;
		return sp;
	}
	value = label_from_text(&in->type, text);
	memset(&init, 0, sizeof(init));
	sp = (Spelling *) arena_copy(in, (char *) &init, sizeof(Spelling));
	sp->text = arena_copy(in, text, strlen(text) + 1);
	sp->value = in->type.byval ? value :
		PointerGetDatum(arena_copy(in, DatumGetPointer(value),
								   datumGetSize(value, false,
												in->type.typlen)));
	if (in->texts == NULL)
		text_entry(in, sp->text, &found)->spelling = sp;
	classify(in, sp);
	return sp;
}

/*
 * Find or make the spelling of a value as a user writes it, which need not be
 * its canonical text.
 */
const Spelling *
intern_category(Intern *in, const char *name)
{
	LabelKind	kind = in->type.kind;

	if (kind != LABEL_TEXT && kind != LABEL_ORDERED)
		name = label_text(&in->type, label_from_text(&in->type, name));
	return intern_text(in, name);
}

/*
 * Take the categories as declared by the caller: bring them to canonical text,
 * and refuse repeats.
 */
static void
intern_declare(Intern *in)
{
	bool	   *declared;

	for (int i = 0; i < in->n_categories; i++)
		in->categories[i] = unconstify(char *,
									   intern_category(in,
													   in->categories[i])->text);
	declared = palloc0(sizeof(bool) * Max(in->n_classes, 1));
	for (int i = 0; i < in->n_categories; i++)
	{
		uint32		cls = intern_text(in, in->categories[i])->cls;

		if (declared[cls])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("category \"%s\" is declared twice",
							in->categories[i])));
		declared[cls] = true;
	}
	pfree(declared);
}

/* Was the intern made for these categories, NULL for none? */
static bool
declared_by(const Intern *in, const ArrayType *array)
{
	if (array == NULL || in->declared_by == NULL)
		return array == NULL && in->declared_by == NULL;
	return VARSIZE(in->declared_by) == VARSIZE(array) &&
		memcmp(in->declared_by, array, VARSIZE(array)) == 0;
}

/*
 * The intern for the labels of a row of a one-call form, which may declare
 * categories in an argument (0: it has none).  Groups may declare different
 * ones: an intern is kept for each.
 */
Intern *
intern_for_row(FunctionCallInfo fcinfo, Intern **list, int label_arg,
			   int categories_arg)
{
	MemoryContext cxt = fcinfo->flinfo->fn_mcxt;
	ArrayType  *array = NULL;
	Oid			type;
	Intern	   *in;

	if (categories_arg > 0 && categories_arg < PG_NARGS() &&
		!PG_ARGISNULL(categories_arg))
		array = PG_GETARG_ARRAYTYPE_P(categories_arg);
	for (in = *list; in != NULL; in = in->next)
		if (likely(declared_by(in, array)))
			return in;
	type = call_argtype(fcinfo, label_arg);
	check_not_own_type(fcinfo, type, "label");
	in = intern_create(cxt, type, PG_GET_COLLATION(), "label");
	if (array != NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(cxt);

		in->declared_by = palloc(VARSIZE(array));
		memcpy(in->declared_by, array, VARSIZE(array));
		in->n_categories = category_names(array, &in->categories);
		MemoryContextSwitchTo(old);
		intern_declare(in);
	}
	in->next = *list;
	*list = in;
	return in;
}

/* Make the classes of a dictionary those of this intern. */
void
intern_bind(Intern *in, Dict *d)
{
	if (likely(d->token == in->token))
		return;
	/* it may be a copy of one that is bound elsewhere: be told apart */
	dict_new_serial(d);
	for (int32 i = 0; i < d->n; i++)
		DictClasses(d)[i] = intern_text(in, DictText(d, i))->cls;
	d->token = in->token;
	dict_reindex(d);
}

/*
 * Find the code of a spelling in a dictionary, entering it if it is new, or if
 * it is to replace a greater spelling.  False when there is no room for that:
 * the caller then makes room for one entry more and asks again.
 */
bool
intern_enter(Intern *in, Dict *d, const Spelling *sp, int32 *code)
{
	Size		len;

	intern_bind(in, d);
	*code = intern_code(in, d, sp);
	if (*code >= 0 && !intern_smaller_spelling(in, d, *code, sp))
		return true;
	len = strlen(sp->text) + 1;
	if (*code >= 0)
	{
		if (!dict_has_room(d, 0, len))
			return false;
		dict_replace_text(d, *code, sp->text);
		return true;
	}
	if (d->declared)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("label \"%s\" is not among the declared categories",
						sp->text),
				 errhint("Add it to categories, or leave out the rows that have it.")));
	if (!dict_has_room(d, 1, len))
		return false;
	*code = dict_append(d, sp->cls, sp->text);
	return true;
}

/* Do a state and a row declare the same categories, or neither any? */
static bool
same_declaration(const Intern *in, const Dict *d)
{
	bool		declares = in->declared_by != NULL;

	/* what an enum declares may have grown */
	if (d->kind == LABEL_ORDERED && !declares)
		return true;
	if (d->declared != declares)
		return false;
	if (!declares)
		return true;
	if (d->n != in->n_categories)
		return false;
	for (int32 i = 0; i < d->n; i++)
		if (strcmp(DictText(d, i), in->categories[i]) != 0)
			return false;
	return true;
}

/*
 * Refuse labels of another kind, or declared otherwise, than those that a
 * state holds.
 */
void
intern_check_space(const Intern *in, const Dict *d)
{
	if (d->kind == in->type.kind &&
		strcmp(DictQualifier(d), in->type.qualifier) == 0)
	{
		if (!same_declaration(in, d))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("categories differ within one group"),
					 errhint("Give the same array for every row of a group.")));
		return;
	}
	if (d->kind == LABEL_NONE)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("cannot combine %ss of kind \"%s\" with those of kind \"%s\"",
					in->role,
					*in->type.qualifier ? in->type.qualifier :
					label_kind_name(in->type.kind),
					d->qualifier_len > 0 ? DictQualifier(d) :
					label_kind_name((LabelKind) d->kind)),
			 errhint("Cast the %s to one type in every query that builds the states.",
					 in->role)));
}

/* Bytes of text that a new dictionary for this intern starts with. */
Size
intern_template_text(const Intern *in)
{
	Size		size = strlen(in->type.qualifier) + 1;

	for (int i = 0; i < in->n_categories; i++)
		size += strlen(in->categories[i]) + 1;
	return size;
}

/* Fill an empty dictionary with what the type declares. */
void
intern_fill_template(Intern *in, Dict *d)
{
	dict_set_space(d, in->type.kind, in->type.qualifier);
	d->token = in->token;
	d->declared = in->n_categories > 0;
	for (int i = 0; i < in->n_categories; i++)
		dict_append(d, intern_text(in, in->categories[i])->cls,
					in->categories[i]);
}
