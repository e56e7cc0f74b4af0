# 050_robustness.pl
#	Long calls stop when told to, memory that runs out is an error and no crash,
#	many small groups stay small, and limits say so with SQLSTATE 54000.
#
# The library promises to stop within 0.3 s.  What is asserted is 1 s, for the
# machine may be busy with something else; what was seen is noted.

use strict;
use warnings FATAL => 'all';

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('robustness');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
fsync = off
jit = off
shared_buffers = 32MB
max_wal_size = 4GB
max_parallel_workers_per_gather = 0
search_path = 'public, annoqa'
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION annoqa;
-- a million distinct numbers, two an item; a tenth of them; 3,000 annotators
CREATE UNLOGGED TABLE numbers AS
	SELECT i / 2 AS item, (i * 7919::bigint % 1000003)::float8 AS x
	FROM generate_series(0, 999999) AS i;
CREATE UNLOGGED TABLE million AS
	SELECT agreement_agg(item, x) AS a FROM numbers;
CREATE UNLOGGED TABLE thousands AS
	SELECT agreement_agg(item, x + 1) AS a FROM numbers WHERE item < 50000;
CREATE UNLOGGED TABLE people AS
	SELECT ratings_agg(i / 40, (i * 7919::bigint + i / 977) % 3000, i % 3) AS r
	FROM generate_series(0, 599999) AS i;
CREATE UNLOGGED TABLE pattern AS
	SELECT agreement_agg(i / 9, (i * 7919::bigint + i / 977) % 6) AS a
	FROM generate_series(0, 299999) AS i;
CREATE UNLOGGED TABLE labels AS
	SELECT i * 7919::bigint % 1250000 AS item, i / 1250000 AS annotator,
		   'label ' || (i % 5) AS label
	FROM generate_series(0, 4999999) AS i;
-- one item with a hundred thousand answers
CREATE TABLE heap (item int, who text, answer text);
SELECT annoqa.create_source('heap', 'heap', 'item', 'who', 'answer');
INSERT INTO heap SELECT 1, 'w' || i, 'answer ' || i FROM generate_series(1, 100000) AS i;
SQL

# Run a statement under a timeout; return how long it took beyond that, and
# what it said.
sub overrun
{
	my ($sql, $timeout) = @_;
	my ($out, $err);
	my $start = time;

	$node->psql('postgres',
		"SET statement_timeout = $timeout; SET client_min_messages = warning; $sql",
		stdout => \$out,
		stderr => \$err);
	return (time - $start - $timeout / 1000, $err);
}

my %long = (
	'jackknife of an ordinal alpha over a million numbers' =>
	  "SELECT count(*) FROM million, coefficients(a, level => 'ordinal', method => 'jackknife')",
	'bootstrap over many patterns' =>
	  "SELECT count(*) FROM pattern, coefficients(a, method => 'bootstrap', resamples => 1000000)",
	'bootstrap of an ordinal alpha over a million numbers' =>
	  "SELECT count(*) FROM million, coefficients(a, level => 'ordinal', method => 'bootstrap')",
	'bayesian intervals over a million numbers' =>
	  "SELECT count(*) FROM million, coefficients(a, level => 'interval', method => 'bayesian')",
	'ratio level over 100,000 numbers' =>
	  "SELECT krippendorff_alpha(a, 'ratio') FROM thousands",
	'polar level over 100,000 numbers' =>
	  "SELECT krippendorff_alpha(a, 'polar', bounds => '{-1,2000000}') FROM thousands",
	'radical weights over 100,000 numbers' =>
	  "SELECT gwet_ac2(a, 'radical') FROM thousands",
	'a million categories one by one' =>
	  'SELECT count(*) FROM million, category_agreement(a)',
	'the text of a million patterns' => 'SELECT length(a::text) FROM million',
	'tabulating 5 million labels' =>
	  'SELECT krippendorff_alpha(item, label) FROM labels',
	'text items' => 'SELECT fleiss_kappa(item::text, label) FROM labels',
	'one item with 100,000 answers' =>
	  "SELECT labels FROM source_status('heap')",
	'an ordinal alpha of rows' =>
	  "SELECT krippendorff_alpha(item, x, 'ordinal') FROM numbers",
	'a design of 5 million ratings' =>
	  'SELECT length(ratings_agg(item, annotator, label)::text) FROM labels',
	'pairs of 3,000 annotators, twenty times' =>
	  'SELECT count(*) FROM people, generate_series(1, 20) AS i, pairwise_agreement(r, confidence => i / 21.0)',
	'each annotator against the rest, twenty times' =>
	  "SELECT count(*) FROM people, generate_series(1, 20) AS i, annotator_agreement(r, weights => 'linear')");

foreach my $name (sort keys %long)
{
	foreach my $timeout (150, 700)
	{
		my ($over, $err) = overrun($long{$name}, $timeout);

		# a busy machine only adds to it: the least of three tries counts
		for (my $try = 1; $try < 3 && $over >= 1; $try++)
		{
			my ($again, $text) = overrun($long{$name}, $timeout);

			($over, $err) = ($again, $text) if $again < $over;
		}
		my $stopped = $err =~ /canceling statement due to statement timeout/;

		note(sprintf('%s: %.3f s beyond %d ms', $name, $over, $timeout));
		# what ends by itself in time need not be stopped
		ok($over < 1 && ($stopped || $err eq ''),
			"$name stops after $timeout ms")
		  or diag("$over s, $err");
	}
}

# A cancel from elsewhere.
{
	my ($out, $err) = ('', '');
	my $long = IPC::Run::start(
		[
			'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c',
			$long{'ratio level over 100,000 numbers'} =~ s/SELECT/SELECT 1 + /r
		],
		'>', \$out, '2>', \$err);

	$node->poll_query_until('postgres',
		"SELECT count(*) = 1 FROM pg_stat_activity
		 WHERE state = 'active' AND query LIKE 'SELECT 1 + %'");
	my $start = time;
	$node->safe_psql('postgres',
		"SELECT pg_cancel_backend(pid) FROM pg_stat_activity
		 WHERE query LIKE 'SELECT 1 + %'");
	$long->finish;
	my $took = time - $start;
	note(sprintf('cancelled in %.3f s', $took));
	like($err, qr/canceling statement due to user request/, 'a cancel is heard');
	ok($took < 1, 'and heeded at once');
}

# Many small groups: memory of a fresh backend, beyond that of one that only
# counts, for 250,000 groups at once.  States start near 100 bytes; the rest is
# the four labels, the dictionary and what the allocator rounds up.
sub memory
{
	my ($aggregate) = @_;
	my $peak = $node->safe_psql('postgres', <<"SQL");
SET work_mem = '1GB';
SET enable_sort = off;
SELECT count(f) FROM (SELECT grp, $aggregate AS f FROM tiny
					  GROUP BY grp OFFSET 0) AS s \\g /dev/null
SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s*(\\d+)');
SQL
	return $peak / 1024;
}

SKIP:
{
	skip 'no /proc to read memory from', 5 if !-r '/proc/self/status';
	$node->safe_psql('postgres', <<'SQL');
CREATE UNLOGGED TABLE tiny AS
	SELECT i * 7919::bigint % 250000 AS grp, i % 2 AS item, i % 3 AS annotator,
		   'label ' || (i % 3) AS label
	FROM generate_series(0, 999999) AS i;
ANALYZE tiny;
SQL
	my $floor = memory('count(label)');
	my %bound = (
		'krippendorff_alpha(item, label)' => 400,
		'cohen_kappa(item, annotator)' => 400,
		'votes_agg(label)' => 600,
		'ratings_agg(item, annotator, label, annotator)' => 750,
		"gwet_ac2(item, label, 'linear', '{label 0,label 1,label 2}')" => 400);

	foreach my $aggregate (sort keys %bound)
	{
		my $bytes = (memory($aggregate) - $floor) * 1024 * 1024 / 250000;

		note(sprintf('%s: %.0f bytes a group of 4 beyond count', $aggregate,
				$bytes));
		ok($bytes < $bound{$aggregate}, "$aggregate keeps small groups small")
		  or diag("$bytes bytes");
	}
}

# Limits.
foreach my $case (
	[ 'boxes in an expected disagreement',
		"krippendorff_alpha(i / 2, int4range(i, i + 5), 'overlap') FROM generate_series(1, 25000) AS i" ],
	[ 'labels of a disagreement function',
		"krippendorff_alpha(agreement_agg(i / 2, i), 'int4_distance(int,int)'::regprocedure) FROM generate_series(1, 3000) AS i" ],
	[ 'texts of one dictionary',
		"votes_agg(repeat(i::text, 100000000)) FROM generate_series(1, 9) AS i" ])
{
	my ($name, $query) = @$case;
	my ($out, $err);

	$node->psql('postgres', <<"SQL", stdout => \$out, stderr => \$err);
CREATE OR REPLACE FUNCTION int4_distance(int, int) RETURNS float8
LANGUAGE sql AS 'SELECT (\$1 - \$2) ^ 2';
\\set VERBOSITY verbose
SELECT count(x) FROM (SELECT $query) AS s(x);
SQL
	like($err, qr/ERROR:  54000/, "limit: $name") or diag($err);
}

# Memory that runs out: an error, and everybody else goes on.
$node->stop;
{
	my $limit = 500_000;
	my $data = $node->data_dir;
	my $log = $node->logfile;

	system_or_bail('sh', '-c',
		"ulimit -v $limit; exec pg_ctl -w -D '$data' -l '$log' start");
	$node->_update_pid(1);
	my $other = $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()');

	foreach my $query (
		'SELECT length(ratings_agg(item::text, annotator, label)::text) FROM labels',
		'SELECT fleiss_kappa(item::text, label || item) FROM labels',
		'SELECT length(item_labels_agg(item, repeat(label, 100) || item)::text) FROM labels',
		"SELECT length(agreement_agg(item, repeat(label, 40) || item)::text) FROM labels")
	{
		my ($out, $err);
		my $status = $node->psql('postgres',
			"SET client_min_messages = warning; $query",
			stdout => \$out,
			stderr => \$err);

		like($err, qr/out of memory|invalid memory alloc request|would exceed|texts of distinct values exceed/,
			"memory runs out: $query")
		  or diag("exit $status, $out");
	}
	is( $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()'),
		$other, 'the server did not restart');
	unlike(slurp_file($log), qr/terminated by signal|PANIC/, 'no backend crashed');
	is( $node->safe_psql('postgres',
			'SELECT krippendorff_alpha(item, label) IS NOT NULL FROM tiny'),
		't', 'it still works');
}
$node->stop;
done_testing();
