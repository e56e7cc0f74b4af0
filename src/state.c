/*
 * state.c
 *		What all stored types have in common.
 */
#include "postgres.h"

#include "compat.h"
#include "state.h"

/* state_detoast of a value that is toasted, short, or not what it should be. */
StateHeader *
state_detoast_slow(Datum value, StateType type)
{
	StateHeader *state = (StateHeader *) PG_DETOAST_DATUM(value);

	if (VARSIZE(state) < sizeof(StateHeader) || state->type != type)
		elog(ERROR, "stored value is not of the type expected");
	if (state->format > STATE_FORMAT)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("stored value has format %d, this library reads up to %d",
						state->format, STATE_FORMAT),
				 errhint("Install the newer version of annoqa that wrote it.")));
	return state;
}

/* A copy of a flat state that may be written to. */
void *
state_copy(const void *state)
{
	void	   *copy = palloc(VARSIZE(state));

	memcpy(copy, state, VARSIZE(state));
	return copy;
}
