/*
 * item_key.c
 *		Items as 64-bit keys.
 *
 * Integers are mixed by a bijection, so that they stay exact.  Other types are
 * known by the 64-bit extended hash of their default operator class: among
 * 2.5 million items the chance that any two share a key is 1.7e-7.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "item_key.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

/* Is this an integer type, whose values are their own keys? */
bool
is_integer_type(Oid type)
{
	return type == INT8OID || type == INT4OID || type == INT2OID;
}

/* The value of an integer of whatever width. */
int64
integer_value(Oid type, Datum value)
{
	switch (type)
	{
		case INT8OID:
			return DatumGetInt64(value);
		case INT4OID:
			return DatumGetInt32(value);
		default:
			return DatumGetInt16(value);
	}
}

/* Describe how values of this type become keys. */
void
item_keys_init(ItemKeys *k, Oid type, Oid collation, const char *role,
			   MemoryContext cxt)
{
	TypeCacheEntry *tc;
	char	   *name;

	memset(k, 0, sizeof(ItemKeys));
	if (type == UNKNOWNOID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("could not determine the type of the %s", role),
				 errhint("Cast it, for example to text.")));
	type = getBaseType(type);
	k->type = type;
	k->collation = collation;
	if (is_integer_type(type))
	{
		k->kind = ITEMS_INTEGER;
		return;
	}
	if (get_typtype(type) == TYPTYPE_ENUM)
	{
		Oid			output;
		bool		varlena;

		k->kind = ITEMS_HASHED;
		k->by_label = true;
		getTypeOutputInfo(type, &output, &varlena);
		fmgr_info_cxt(output, &k->hash, cxt);
		name = format_type_be_qualified(type);
		k->tag = hash_bytes((unsigned char *) name, strlen(name)) | 1;
		return;
	}
	tc = lookup_type_cache(type, TYPECACHE_HASH_EXTENDED_PROC |
						   TYPECACHE_HASH_EXTENDED_PROC_FINFO |
						   TYPECACHE_HASH_OPFAMILY);
	if (!OidIsValid(tc->hash_extended_proc))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("could not identify an extended hash function for %s type %s",
						role, format_type_be(type)),
				 errhint("Cast the %s to text, or to jsonb if it is json.", role)));
	k->kind = ITEMS_HASHED;
	fmgr_info_copy(&k->hash, &tc->hash_extended_proc_finfo, cxt);
	name = format_type_be_qualified(tc->hash_opintype);
	k->tag = hash_bytes((unsigned char *) name, strlen(name)) | 1;
}

/* The mixed key of an item that is not a bigint. */
uint64
item_key_hash(ItemKeys *k, Datum value)
{
	if (k->kind == ITEMS_INTEGER)
		return key_mix((uint64) integer_value(k->type, value));
	if (k->by_label)
	{
		char	   *label = OutputFunctionCall(&k->hash, value);

		return key_mix(hash_bytes_extended((unsigned char *) label,
										   strlen(label), 0));
	}
	return key_mix(DatumGetUInt64(FunctionCall2Coll(&k->hash, k->collation,
													value, Int64GetDatum(0))));
}
