# annoqa: annotation quality inside PostgreSQL.
#
#   make && make install && make installcheck    stock PGXS, server 15 to 18
#   make test, make demo, make bench             on a private server of their own
#
# PG_CONFIG=/path/to/pg_config chooses the server; with_llvm=no leaves out the
# bitcode for just-in-time compilation, and with it the need for clang.

EXTENSION = annoqa
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" annoqa.control)

MODULE_big = annoqa
OBJS := $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))
# for the newest versions of exp and log, not those of programs long ago
SHLIB_LINK += -lm

# The install script, in the order in which its parts need each other
SQL_PARTS = \
	sql/parts/00_guard.sql \
	sql/parts/10_types.sql \
	sql/parts/20_votes.sql \
	sql/parts/21_item_labels.sql \
	sql/parts/22_agreement.sql \
	sql/parts/23_ratings.sql \
	sql/parts/24_confusion.sql \
	sql/parts/25_votes_read.sql \
	sql/parts/26_text_forms.sql \
	sql/parts/30_one_call.sql \
	sql/parts/31_accessors.sql \
	sql/parts/32_coefficient_rows.sql \
	sql/parts/33_ratings_rows.sql \
	sql/parts/34_two_columns.sql \
	sql/parts/35_icc.sql \
	sql/parts/40_casts.sql \
	sql/parts/50_gold.sql \
	sql/parts/51_intervals.sql \
	sql/parts/52_calibration.sql \
	sql/parts/53_gold_people.sql \
	sql/parts/54_charts.sql \
	sql/parts/60_annotator_model.sql \
	sql/parts/61_models.sql \
	sql/parts/62_model_read.sql \
	sql/parts/63_crowdlab.sql \
	sql/parts/64_numeric_consensus.sql \
	sql/parts/65_matched_consensus.sql \
	sql/parts/70_sources.sql \
	sql/parts/70_source_verbs.sql \
	sql/parts/71_reading.sql \
	sql/parts/71_views.sql \
	sql/parts/71_source_status.sql \
	sql/parts/72_people.sql \
	sql/parts/73_agreement.sql \
	sql/parts/74_items.sql \
	sql/parts/74_batches.sql \
	sql/parts/75_annotators.sql \
	sql/parts/75_adjudication.sql \
	sql/parts/75_case_law.sql \
	sql/parts/75_stored_model.sql \
	sql/parts/76_trends.sql \
	sql/parts/76_history.sql \
	sql/parts/77_rules.sql \
	sql/parts/77_rule_evidence.sql \
	sql/parts/77_flags.sql \
	sql/parts/78_watch.sql \
	sql/parts/79_models_and_gold.sql \
	sql/parts/90_grants.sql

ANNOQA_SQL = sql/$(EXTENSION)--$(EXTVERSION).sql
DATA = $(sort $(wildcard sql/annoqa--*--*.sql))
DATA_built = $(ANNOQA_SQL)

REGRESS := $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=annoqa
ISOLATION := $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=. --load-extension=annoqa

# What the server's own headers are not written for: lib/simplehash.h leaves
# parameters unused, and ARR_DATA_PTR of utils/array.h mixes signs
PG_CPPFLAGS = -DANNOQA_VERSION='"$(EXTVERSION)"'

PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare

# Flags and format attributes of a server that gcc built mean nothing to clang
ifneq (,$(findstring clang,$(CC)))
PG_CFLAGS += -Wno-unknown-warning-option -Wno-ignored-optimization-argument \
	-Wno-ignored-attributes
endif

# The targets of our own find the server by themselves
OWN_TARGETS = test demo bench check-layout
.PHONY: $(OWN_TARGETS)

PG_CONFIG ?= pg_config
ifneq (,$(filter-out $(OWN_TARGETS),$(or $(MAKECMDGOALS),all)))
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
endif

$(ANNOQA_SQL): $(SQL_PARTS) annoqa.control Makefile
	cat $(SQL_PARTS) > $@.new
	mv $@.new $@

$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*.h)

test:
	tools/test

demo:
	tools/demo

bench:
	bench/run

check-layout:
	tools/check_layout $(SQL_PARTS)
