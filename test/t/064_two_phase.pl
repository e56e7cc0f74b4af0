# 064_two_phase.pl
#	Labels written in transactions that are prepared for a two-phase commit: the
#	trigger does nothing that such a transaction may not do.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('two_phase');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_prepared_transactions = 2\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
SET client_min_messages = error;
CREATE EXTENSION annoqa;
CREATE TABLE labels (item int, who text, label text, gold text, at timestamptz DEFAULT clock_timestamp());
SELECT annoqa.create_source('s', 'labels', 'item', 'who', 'label', gold => 'gold', labeled_at => 'at');
SELECT annoqa.create_rule('s', preset => 'gold accuracy below 0.85', name => 'silent');
SELECT annoqa.create_rule('s', preset => 'gold accuracy below 0.85', name => 'told', notify => true);
SELECT annoqa.watch('s');
SQL

my $flags = "SELECT rule, annotator, value, value_n, status FROM annoqa.flags ORDER BY rule COLLATE \"C\"";
my $wrong = "INSERT INTO labels SELECT i, 'w', 'b', 'a' FROM generate_series(1, 12) AS i";
my $right = "INSERT INTO labels SELECT i, 'w', 'a', 'a' FROM generate_series(13, 999) AS i";

$node->safe_psql('postgres', "BEGIN; $wrong; PREPARE TRANSACTION 'wrong'");
is($node->safe_psql('postgres', $flags), '', 'a prepared transaction has raised nothing yet');
$node->restart;
$node->safe_psql('postgres', "COMMIT PREPARED 'wrong'");
is($node->safe_psql('postgres', $flags), 'silent|w|0|12|raised',
	'it raises the flag of which nobody is told');
like($node->safe_psql('postgres', "SELECT annoqa.evaluate_rules('s')"),
	qr/: 2 rules over 1 annotator, 1 flag raised, 0 cleared$/, 'evaluate_rules raises the other');
is($node->safe_psql('postgres', $flags), "silent|w|0|12|raised\ntold|w|0|12|raised", 'both stand');

# nor does a flag that was told fall silently or in the statement
$node->safe_psql('postgres', "SELECT annoqa.alter_rule('s', 'told', notify => false)");
$node->safe_psql('postgres', "BEGIN; $right; PREPARE TRANSACTION 'right'");
$node->safe_psql('postgres', "COMMIT PREPARED 'right'");
is($node->safe_psql('postgres', "SELECT rule, status FROM annoqa.flags ORDER BY rule COLLATE \"C\""),
	"silent|cleared\ntold|raised", 'a flag of which somebody was told waits for evaluate_rules');
like($node->safe_psql('postgres', "SELECT annoqa.evaluate_rules('s')"),
	qr/: 2 rules over 1 annotator, 0 flags raised, 1 cleared$/, 'and is cleared by it');
is($node->safe_psql('postgres', 'SELECT last_error FROM annoqa.source_status'), '', 'without an error');

$node->stop;
done_testing();
