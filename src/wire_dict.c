/*
 * wire_dict.c
 *		Whether a dictionary that came from outside may be believed.
 *
 * Its labels must be values of their kind, and no two of them equal.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "intern.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/varlena.h"
#include "wire.h"

/* the longest that two quoted identifiers and a dot can be */
#define QUALIFIER_MAX (2 * (2 * NAMEDATALEN + 2) + 1)

/* The type of this schema and name, or InvalidOid. */
static Oid
find_type(const char *schema, const char *name)
{
	Oid			nsp = get_namespace_oid(schema, true);
	Oid			type;

	if (!OidIsValid(nsp))
		return InvalidOid;
	type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
						   CStringGetDatum(name), ObjectIdGetDatum(nsp));
	if (!OidIsValid(type) || !get_typisdefined(type) ||
		get_typtype(type) == TYPTYPE_PSEUDO)
		return InvalidOid;
	return type;
}

/* See that a qualifier names what labels of its kind can have as one. */
static void
check_qualifier(WireReader *r, WireDict *w, const char *role)
{
	List	   *names;
	char	   *schema,
			   *name;
	bool		is_type = w->kind != LABEL_TEXT;
	Oid			type = TEXTOID;
	Oid			collation = InvalidOid;
	LabelType	lt;

	if (!SplitIdentifierString(pstrdup(w->qualifier), '.', &names) ||
		list_length(names) != 2)
	{
		wire_fail(r, "\"%s\" is not a qualified name.", w->qualifier);
		return;
	}
	schema = (char *) linitial(names);
	name = (char *) lsecond(names);
	if (is_type)
		type = find_type(schema, name);
	else
		collation = get_collation_oid(list_make2(makeString(schema),
												 makeString(name)), true);
	if (is_type ? !OidIsValid(type) : !OidIsValid(collation))
	{
		wire_fail(r, "There is no %s %s.", is_type ? "type" : "collation",
				  w->qualifier);
		return;
	}
	if (is_type)
		collation = get_typcollation(type);
	label_type_init(&lt, type, collation, role, CurrentMemoryContext);
	if (lt.kind != w->kind || strcmp(lt.qualifier, w->qualifier) != 0)
		wire_fail(r, "%s does not qualify labels of kind \"%s\".",
				  w->qualifier, label_kind_name(w->kind));
}

/* See that the kind of a dictionary and its qualifier fit. */
static void
check_space(WireReader *r, WireDict *w, const char *role)
{
	bool		named = w->qualifier[0] != '\0';
	bool		must = w->kind == LABEL_SPAN || w->kind == LABEL_OTHER;

	if (w->kind == LABEL_NONE && (w->n > 0 || w->declared))
		wire_fail(r, "Labels are of kind \"none\".");
	else if (must ? !named : (named && w->kind != LABEL_TEXT))
		wire_fail(r, "Labels of kind \"%s\" %s.", label_kind_name(w->kind),
				  must ? "lack their type" : "have no type");
	else if (strlen(w->qualifier) > QUALIFIER_MAX)
		wire_fail(r, "A name is too long.");
	else if (named)
		check_qualifier(r, w, role);
}

/* Pass over digits; says whether there was one. */
static bool
skip_digits(const char **p)
{
	const char *start = *p;

	while (**p >= '0' && **p <= '9')
		(*p)++;
	return *p > start;
}

/* Is this how a number type writes a number? */
static bool
is_number(const char *p)
{
	if (strcmp(p, "NaN") == 0)
		return true;
	if (*p == '-')
		p++;
	if (strcmp(p, "Infinity") == 0)
		return true;
	if (p[0] == '0' && p[1] >= '0' && p[1] <= '9')
		return false;
	if (!skip_digits(&p))
		return false;
	if (*p == '.')
	{
		p++;
		if (!skip_digits(&p))
			return false;
	}
	if (*p == 'e')
	{
		p++;
		if (*p == '-' || *p == '+')
			p++;
		if (!skip_digits(&p))
			return false;
	}
	return *p == '\0';
}

/* The canonical text of a label that came from outside. */
static const char *
canonical_text(WireReader *r, LabelType *lt, const char *text)
{
	switch (lt->kind)
	{
		case LABEL_NUMBER:
			if (!is_number(text))
				wire_fail(r, "\"%s\" is not a number.", text);
			return text;
		case LABEL_SET:
		case LABEL_SPAN:
		case LABEL_OTHER:
			return label_text(lt, label_from_text(lt, text));
		default:
			return text;
	}
}

/* Check a dictionary that was read; its texts are made canonical. */
bool
wire_dict_check(WireReader *r, WireDict *w, const char *role)
{
	Intern	   *in;

	w->intern = NULL;
	if (r->failed)
		return false;
	check_space(r, w, role);
	w->text_size = strlen(w->qualifier) + 1;
	if (r->failed || w->n == 0)
		return !r->failed;
	if (w->n > MAX_CATEGORIES && strcmp(role, "label") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d distinct labels in one state",
						MAX_CATEGORIES)));
	in = w->intern = intern_for_space(CurrentMemoryContext, w->kind,
									  w->qualifier, role);
	for (int32 i = 0; i < w->n; i++)
	{
		w->text[i] = canonical_text(r, &in->type, w->text[i]);
		if (r->failed)
			return false;
		/* classes are numbered as they come: an old one means an equal label */
		if (intern_text(in, w->text[i])->cls != (uint32) i)
		{
			wire_fail(r, "The %s \"%s\" stands there twice.", role,
					  w->text[i]);
			return false;
		}
		w->text_size += strlen(w->text[i]) + 1;
		CHECK_FOR_INTERRUPTS();
	}
	if (w->text_size > MaxAllocSize / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the texts of distinct values exceed %zu bytes in one state",
						(Size) MaxAllocSize / 2)));
	return true;
}

/* Fill an empty dictionary that has room; its classes belong to no intern. */
void
wire_dict_fill(const WireDict *w, Dict *d)
{
	dict_set_space(d, w->kind, w->qualifier);
	for (int32 i = 0; i < w->n; i++)
		dict_append(d, (uint32) i, w->text[i]);
	d->declared = w->declared;
	dict_forget(d);
}

/* Make a dictionary of what was read. */
Dict *
wire_dict_make(const WireDict *w)
{
	Dict	   *d = dict_create(CurrentMemoryContext, Max(w->n, 1),
								(uint32) w->text_size);

	wire_dict_fill(w, d);
	return d;
}

/* See that a dictionary stands in canonical order, where codes depend on it. */
bool
wire_dict_sorted(WireReader *r, const Dict *d)
{
	LabelView  *view = label_view(d);

	for (int32 i = 0; i < d->n; i++)
		if (view->rank[i] != i)
		{
			wire_fail(r, "\"%s\" stands out of order.", DictText(d, i));
			break;
		}
	return !r->failed;
}

/* Does all that must hold of a dictionary hold? */
bool
dict_is_valid(const Dict *d)
{
	if (d->kind > LABEL_KIND_LAST || d->n < 0 || d->n > d->cap ||
		d->text_used > d->text_cap || d->qualifier_len >= d->text_used ||
		d->size != dict_size(d->cap, d->text_cap) ||
		strlen(DictQualifier(d)) != d->qualifier_len)
		return false;
	for (int32 i = 0; i < d->n; i++)
		if (DictOffsets(d)[i] >= d->text_used ||
			memchr(DictText(d, i), 0, d->text_used - DictOffsets(d)[i]) == NULL)
			return false;
	return true;
}
