# 040_docs.pl
#	Every SQL block of README and docs runs, and gives what is printed there.
#
# A file has a database of its own; its blocks run in order in one session.  A
# block of SQL that a block of text follows is compared with it: layout does not
# matter, and a number may be rounded in the text.
#
# Where the figures in the texts come from, besides from the library:
#	README				its twelve posts, sets and spans: alpha and specific
#						agreement from their definitions with exact fractions, Cohen
#						by scikit-learn, Fleiss by statsmodels, AC1 by irrCAC's
#						formula; paired differences: the jackknife by its
#						definition, in numpy; icc: Shrout and Fleiss 1979; CROWDLAB:
#						from its definition, in Python; what it shares with a page
#						of docs: as there;
#						drawn intervals: no second source, they fix the seed's
#						result to the two digits printed; the workbench: accuracies,
#						pairs and votes counted in the tables, Wilson's bounds by
#						scipy, alpha as further above, the anytime bound by mpmath
#	percent_agreement, krippendorff_alpha, gwet_ac, brennan_prediger,
#	conger_kappa, errors, levels_and_weights, types, annotator_agreement,
#	item_agreement		Krippendorff's 12 units as published by Krippendorff and by
#						Gwet, fast-krippendorff, and irrCAC for R; what is not
#						in these, from the definition with exact fractions
#	fleiss_kappa, category_agreement	Fleiss 1971, and irr for R
#	cohen_kappa			Fleiss, Cohen and Everitt 1969, and statsmodels
#	compare				irrCAC for R, and the sum of squared errors; paired, and
#						the clusters of errors: the jackknife by its definition,
#						in numpy
#	light_kappa, pairwise_agreement		irr for R; scikit-learn and statsmodels
#	self_agreement		counted in the table of Dawid and Skene 1979
#	icc					Shrout and Fleiss 1979, and psych for R
#	interpretation		the normal distribution, by scipy
#	adjudication		counted in its eight rows; the draw by sha256 in Python
#	stored_model		counts of its rows
#	votes				shares and entropy from their definitions, in Python
#	majority_vote		the odds' logarithms from their definition, in Python
#	gold_accuracy, class_report, anytime_interval, wilson_interval,
#	acceptance_plan		counted, or from the definition, by mpmath
#	sources				counts that the page's own rows show: 20 items, three
#						labels each
#	label_studio, doccano, cvat, two_systems	counted by hand in the 6 to 11 rows of
#						each page; agreement between vendors is the share of equal
#						pairs, 3 of 4
#	calibration, shrunken_accuracy, corrected_prevalence	from their
#						definitions, in Python
#	error_agreement		every set of erring annotators listed, in Python
#	views/annotator_scorecard, vendor_scorecard, stratum_skill, feedback,
#	agreement_overview, agreement_matrix, label_confusion, speed_trap, dissent,
#	onboarding, gold_health, confidence_calibration, model_validation		the
#						library; the same columns are recounted in plain SQL by
#						test/sql/workbench_people.sql
#	views/item_consensus, adjudication_backlog, label_next, training_labels,
#	relabel_queue, batch_acceptance, quality_trend, quality_trend_long,
#	guideline_effect, scorecard_history		counted in the pages' rows; the same
#						columns are recounted in plain SQL by test/sql/workbench_*
#	dawid_skene, one_coin, annotator_model, consensus	the library, which
#						test/sql/dawid_skene.sql and annotator_model.sql compare
#						with EM and Bayes' rule in plain SQL
#	wawa				counted by hand
#	glad, mace, mmsr, kos	each method written a second time, in plain Python
#	crowdlab, numeric_consensus		the second implementations of their tests, in
#						Python; the temperature by a search on a grid
#	matched_consensus	overlaps and medians by hand
#	rules				counts and rates that the page's own rows show; the bound by
#						mpmath, as in anytime_interval
#	watch				counts that the page's own rows show

use strict;
use warnings FATAL => 'all';

use File::Basename;
use FindBin;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# The root of the sources: above this file, or where tools/test put them.
sub source_root
{
	foreach my $dir ("$FindBin::RealBin/../..", $ENV{ANNOQA_SOURCE} // ())
	{
		return $dir if -f "$dir/README.md" && -d "$dir/docs";
	}
	die "there is no README.md above $FindBin::RealBin";
}

# The blocks of SQL in a page, each with the text that follows it, if any.
sub blocks_of
{
	my ($page) = @_;
	my ($line, @blocks, $into) = (0);

	foreach (split /\n/, $page)
	{
		$line++;
		if (/^```(\w*)\s*$/ && !defined $into)
		{
			push @blocks, { line => $line, sql => '' } if $1 eq 'sql';
			$into = $1;
			$blocks[-1]{text} //= '' if $1 eq 'text' && @blocks;
		}
		elsif (/^```\s*$/)
		{
			$into = undef;
		}
		elsif (defined $into && ($into eq 'sql' || $into eq 'text') && @blocks)
		{
			$blocks[-1]{$into} .= "$_\n";
		}
	}
	return @blocks;
}

# The words of an output, without the lines that psql draws.
sub words_of
{
	my ($text) = @_;
	return map { split ' ', s/\|/ | /gr }
	  grep { !/^\s*-[-+]*\s*$/ && !/^\(\d+ rows?\)$/ } split /\n/, $text;
}

# Is a word what the text says, which may round a number?
sub same_word
{
	my ($printed, $come) = @_;
	my $number = qr/^-?\d+(?:\.(\d+))?(?:e[-+]\d+)?$/;

	return 1 if $printed eq $come;
	return 0 if $come !~ $number || $printed !~ $number || !defined $1;
	return abs($printed - $come) <= 0.5000001 * 10**-length($1);
}

# Compare what came with the text, word by word.
sub matches
{
	my ($text, $out) = @_;
	my @printed = words_of($text);
	my @come = words_of($out);

	return 0 if @printed != @come;
	same_word($printed[$_], $come[$_]) || return 0 foreach 0 .. $#printed;
	return 1;
}

# Run all blocks of a page in one session; returns what each of them printed,
# and what psql complained of.
sub run_blocks
{
	my ($connstr, @blocks) = @_;
	my $mark = '=== end of a block ===';
	my $script = join '', map { "$_->{sql}\n\\echo $mark\n" } @blocks;
	my ($out, $err) = ('', '');

	IPC::Run::run(
		[
			'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1',
			'-P', 'pager=off', '-P', 'footer=off', '-d', $connstr
		],
		'<', \$script, '>', \$out, '2>', \$err);
	return ($err, split /^\Q$mark\E\n/m, $out, -1);
}

# Both ways: the comparison must be able to fail.
ok(matches(" a | b\n---+---\n 1 | 0.33", " a  |  b\n----+----\n  1 | 0.3333"),
	'a number may be rounded');
ok(!matches('0.33', '0.3366'), 'a wrong number is found');
ok(!matches('1', '1.2'), 'a whole number is not rounded');
ok(!matches("a\n1", "a\n1\n2"), 'a row too many is found');

my $root = source_root();
my $node = PostgreSQL::Test::Cluster->new('docs');
# the pages name the role that did something
$ENV{PGUSER} = 'postgres';
$node->init(
	extra => [ '--locale=C', '--encoding=UTF8', '--username=postgres' ]);
$node->append_conf('postgresql.conf', 'fsync = off');
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;

my $n = 0;
my @pages = sort(glob("$root/docs/*.md"), glob("$root/docs/views/*.md"));
foreach my $file ("$root/README.md", @pages)
{
	my $name = basename($file);
	my $page = slurp_file($file);
	my @blocks = blocks_of($page);
	next if !@blocks;

	my $database = 'docs_' . $n++;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql('postgres',
		"ALTER DATABASE $database SET search_path = public, annoqa");
	$node->safe_psql($database, 'CREATE EXTENSION annoqa')
	  if $page !~ /^CREATE EXTENSION annoqa;/m;

	my ($err, @out) = run_blocks($node->connstr($database), @blocks);
	unlike($err, qr/ERROR|FATAL|PANIC|psql:/, "$name runs");
	is(scalar(@out), @blocks + 1, "$name runs to its end");
	foreach my $i (0 .. $#blocks)
	{
		next if !defined $blocks[$i]{text};
		ok( matches($blocks[$i]{text}, $out[$i] // ''),
			"$name, line $blocks[$i]{line}, gives what is printed"
		) || diag("printed:\n$blocks[$i]{text}\ncame:\n", $out[$i] // '');
	}
}
cmp_ok($n, '>', 1, 'there are pages with examples');

# The reasons for NULL are those of the source.
my @reasons = slurp_file("$root/src/reason.c") =~ /return "(\w+)"/g;
@reasons = sort @reasons;
cmp_ok(scalar(@reasons), '>', 5, 'there are reasons');
foreach my $file ("$root/README.md", "$root/docs/undefined.md")
{
	my ($table) =
	  slurp_file($file) =~ /^\| reason \| \w.*\n\|[-|]+\n((?:\|.*\n)+)/m;
	is( join(' ', sort(($table // '') =~ /^\| `(\w+)`/mg)),
		"@reasons", basename($file) . ' has all reasons');
}

# The reference is complete, and links lead somewhere.
my $readme = slurp_file("$root/README.md");
my @functions = split /\n/, $node->safe_psql('docs_0', <<'SQL');
SELECT DISTINCT proname FROM pg_proc
WHERE pronamespace = 'annoqa'::regnamespace
	AND obj_description(oid, 'pg_proc') NOT LIKE 'internal:%'
	AND oid NOT IN (SELECT castfunc FROM pg_cast)
ORDER BY 1
SQL
cmp_ok(scalar(@functions), '>', 20, 'there are functions');
is(join(' ', grep { $readme !~ /^\|.*`\Q$_\E[(`]/m } @functions),
	'', 'the reference has all functions');

# So are the arguments that may be left out, in the order of the function.
my @signatures = split /\n/, $node->safe_psql('docs_0', <<'SQL');
SELECT DISTINCT proname || ' ' || array_to_string(
	proargnames[pronargs - pronargdefaults + 1 : pronargs], ', ')
FROM pg_proc
WHERE pronamespace = 'annoqa'::regnamespace AND pronargdefaults > 0
	AND obj_description(oid, 'pg_proc') NOT LIKE 'internal:%'
ORDER BY 1
SQL
cmp_ok(scalar(@signatures), '>', 15, 'there are functions with defaults');
foreach my $signature (@signatures)
{
	my ($name, $arguments) = $signature =~ /^(\w+) (.+)$/;
	my @arguments = split /, /, $arguments;

	# too many for a line: a page has them
	if (@arguments > 15)
	{
		my @found = grep { my $page = slurp_file($_); !grep { $page !~ /`$_`/ } @arguments }
		  @pages;
		ok(@found > 0, "a page has all arguments of $name");
		next;
	}
	like($readme, qr/^\|[^|]*`\Q$name\E[(`][^|]*\[(?:, )?\Q$arguments\E\]/m,
		"the reference has $name [$arguments]");
}

foreach my $file ("$root/README.md", @pages)
{
	my @broken = grep { !-e dirname($file) . "/$_" }
	  slurp_file($file) =~ /\]\((?!https?:|#)([^)#]+)/g;
	is("@broken", '', basename($file) . ' links to what is there');
}

$node->stop;
done_testing();
