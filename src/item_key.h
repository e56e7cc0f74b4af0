/*
 * item_key.h
 *		Items as 64-bit keys: integers exactly, other types by their hash.
 */
#ifndef ANNOQA_ITEM_KEY_H
#define ANNOQA_ITEM_KEY_H

#include "catalog/pg_type_d.h"
#include "log.h"

typedef struct ItemKeys
{
	Oid			type;
	Oid			collation;
	ItemKind	kind;
	uint32		tag;			/* which type the hashes are of; 0: integers */
	bool		by_label;		/* enum: by the label, for OIDs do not last */
	FmgrInfo	hash;			/* or, of an enum, output */
} ItemKeys;

extern bool is_integer_type(Oid type);
extern int64 integer_value(Oid type, Datum value);
extern void item_keys_init(ItemKeys *k, Oid type, Oid collation,
						   const char *role, MemoryContext cxt);
extern uint64 item_key_hash(ItemKeys *k, Datum value);

/* The mixed key of an item. */
static inline uint64
item_key(ItemKeys *k, Datum value)
{
	if (k->type == INT8OID)
		return key_mix((uint64) DatumGetInt64(value));
	return item_key_hash(k, value);
}

#endif							/* ANNOQA_ITEM_KEY_H */
