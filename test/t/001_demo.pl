# 001_demo.pl
#	The demo runs to its end and shows the figures of its sources.
#
# Figures: Fleiss (1971) for the diagnoses, the package irr for R for its
# categories; for the anaesthetists alpha as fast-krippendorff gives it.  What
# is to be found in the generated project was put there.  What the workbench
# says of it is compared with the plain SQL of the demo before it; the newcomer
# is given 15 right answers in 30.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('demo');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE demo');
$node->safe_psql('demo', 'CREATE EXTENSION annoqa');
$node->safe_psql('demo',
	'ALTER DATABASE demo SET search_path = public, annoqa');

# Run a file of the demo, see that it succeeds, and return what it prints.
sub play
{
	my ($name) = @_;
	my ($out, $err) = ('', '');
	my $succeeded = IPC::Run::run(
		[
			'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1',
			'-d', $node->connstr('demo'),
			'-f', "$ENV{ANNOQA_SOURCE}/demo/$name.sql"
		],
		'>', \$out, '2>', \$err);

	ok($succeeded, "$name runs");
	is($err, '', "$name says nothing amiss");
	return $out;
}

my $anaesthesia = play('anaesthesia');
like($anaesthesia, qr/^0\.5843\|0\.8119$/m, 'alpha of the anaesthetists');
like($anaesthesia, qr/^1\|2\|45\|0\.689\|0\.540\|/m,
	'kappa of observers 1 and 2');
like($anaesthesia, qr/^1\|0\.40\|0\.40\n2\|0\.41\|0\.42\n3\|0\.12\|0\.11\n4\|0\.07\|0\.07$/m,
	'class shares beside those of Dawid and Skene');

my $diagnoses = play('diagnoses');
like($diagnoses, qr/^0\.430\|0\.430$/m, 'the kappa that Fleiss published');
is(scalar(() = $diagnoses =~ /^[a-z ]+\|\d+\|(0\.\d{3})\|\1$/mg),
	5, 'the kappa of each diagnosis');

my $project = play('project');
like($project, qr/^east-07\|.*\nnorth-02\|/m, 'the worst annotators are found');
is(scalar(() = $project =~ /^\w+\|12\|0\.\d{4}\|t$/mg),
	4, 'merged weeks give what the rows give');

# The workbench, beside what plain SQL said of the same table
my $workbench = play('workbench');
my ($n_labels, $n_items) = $project =~ /^(\d+)\|(\d+)\|40\|\d+$/m;
my $sum = 0;
is(scalar(() = $workbench =~ /^\d+\|tie\|/mg), 3, 'three items of the backlog');
my ($guesses) = $project =~ /^east-07\|(\d+\|0\.\d+)\|/m;
like($workbench, qr/^40\|east-07\|\d+\|\Q$guesses\E\|.*\|f\|/m,
	'who guesses is last, and below the floor');
like($workbench, qr/^39\|north-02\|.*\|scam > spam\|/m,
	'what the one before does wrong');
$sum += $_ foreach $workbench =~ /^(?:home|north|east|south)\|10\|(\d+)\|/mg;
is($sum, $n_labels, 'the vendors have all labels');
$sum = 0;
$sum += $_ foreach $workbench =~ /^(?:consensus|gold)\|\w+\|(\d+)\|/mg;
is($sum, $n_items, 'each item is released or held back');

my $trend = $node->safe_psql('demo', <<'SQL');
SELECT date_trunc('week', labeled_at, 'UTC') AT TIME ZONE 'UTC' AS week, vendor,
	(krippendorff_alpha(item, label) FILTER (WHERE gold IS NULL))::numeric(3, 2)
		|| ' / ' || (avg((label = gold)::int))::numeric(3, 2)
FROM labels WHERE labeled_at BETWEEN '2026-02-09' AND '2026-03-08'
GROUP BY week, vendor ORDER BY week, vendor
SQL
is(join(' ', $workbench =~ m{\b(0\.\d\d / 0\.\d\d)\b}g),
	join(' ', $trend =~ m{\|(0\.\d\d / 0\.\d\d)$}mg),
	'the trend is what plain SQL gives, week by week');
is(scalar(() = $workbench =~ /^2026-\d\d-\d\d\|/mg), 4, 'over four weeks');
like($workbench, qr/^east-11\|east\|gold accuracy\|0\.5\|30\|0\.\d+\|warning\|raised\n\z/m,
	'a trigger raises a flag');

$node->stop;
done_testing();
