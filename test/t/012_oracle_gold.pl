# 012_oracle_gold.pl
#	Labels against gold: the figures of other packages in the oracle's sets.
#
# Annotators one by one and pooled (accuracy counted, Wilson's bounds by
# statsmodels, cells of the confusion), and what each method of consensus makes
# of gold (accuracy, macro F1 and classes by scikit-learn, in which an undefined
# ratio is 0).

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use Crowd;
use Oracle;
use PostgreSQL::Test::Utils;
use Test::More;

use constant CLOSED_FORM => 1e-9;

my @sets = Crowd::sets_with('gold.csv');
plan skip_all => 'the reference figures are not at hand' if !@sets;

my $node = Crowd::server('oracle_gold');

# The name of a figure and its value, of each row that a query returns.
sub values_of
{
	my ($query) = @_;
	my %value;

	foreach my $row (split /\n/, $node->safe_psql('postgres', $query))
	{
		my ($name, $value) = $row =~ /^(.*)\|(.*)$/ or next;
		$value{$name} = $value eq '' ? undef : 0 + $value;
	}
	return \%value;
}

# Compare figures by name; what is wanted decides which.
sub compare
{
	my ($found, $want, $name) = @_;
	my @wrong;

	foreach my $figure (sort keys %$want)
	{
		my ($x, $y) = ($found->{$figure}, $want->{$figure});

		next
		  if defined $x && defined $y ? abs($x - $y) <= CLOSED_FORM
		  : !defined $x && !defined $y && exists $found->{$figure};
		push @wrong, "$figure is " . ($x // 'NULL') . ', not '
		  . ($y // 'NULL');
	}
	is(join("\n", @wrong), '', "$name: " . keys(%$want) . ' figures');
	return scalar keys %$want;
}

# Each annotator, and all together.
sub annotators
{
	my ($set) = @_;
	my $gold = $set->{expected}{gold};
	my $n;

	$node->safe_psql('postgres', Crowd::load_table($set, 'annotators.csv')
		  . Crowd::load_table($set, 'gold_confusion.csv'));
	my $found = values_of(<<'SQL');
SELECT coalesce(annotator, 'all') || f.name, f.value
FROM (SELECT annotator, gold_scored(l.label_text, g.label) AS n,
			 gold_correct(l.label_text, g.label) AS correct,
			 gold_accuracy(l.label_text, g.label) AS share,
			 accuracy(confusion_agg(l.label_text, g.label)) AS again
	  FROM labels l JOIN gold g USING (item)
	  GROUP BY GROUPING SETS (annotator, ())) t,
	LATERAL wilson_interval(correct, n) w,
	LATERAL (VALUES ('/n', n), ('/correct', correct), ('/accuracy', share),
			 ('/accuracy', again), ('/low', w.lower), ('/high', w.upper))
	f(name, value)
SQL
	my $want = values_of(<<'SQL');
SELECT annotator || f.name, f.value
FROM annotators, LATERAL (VALUES ('/n', gold_n), ('/correct', gold_correct),
				   ('/accuracy', gold_accuracy), ('/low', wilson_low),
				   ('/high', wilson_high)) f(name, value)
WHERE gold_n <> ''
SQL
	$want->{'all/n'} = $gold->{n_labels_on_gold_items};
	$want->{'all/accuracy'} = $gold->{pooled_accuracy};
	@$want{ 'all/low', 'all/high' } = @{ $gold->{pooled_wilson} };
	$n = compare($found, $want, "$set->{name} annotators");

	$found = values_of(<<'SQL');
SELECT concat_ws('/', annotator, c.reference, c.label), c.n
FROM (SELECT annotator, confusion_agg(l.label_text, g.label) AS c
	  FROM labels l JOIN gold g USING (item) GROUP BY annotator) t, cells(t.c) c
SQL
	$want = values_of(
		q(SELECT concat_ws('/', annotator, gold, label), n FROM gold_confusion));
	is(keys %$found, keys %$want, "$set->{name} confusion: number of cells");
	return $n + compare($found, $want, "$set->{name} confusion");
}

# The figures that scikit-learn has of a consensus.  It was told the categories
# of the set, and a class that neither gold nor consensus has counts 0 in its
# macro F1; in ours it does not count.
sub wanted_of_consensus
{
	my ($found, $gold) = @_;
	my %want = map { $_ => $gold->{$_} } qw(n accuracy macro_f1);
	my @labels = keys %{ $gold->{per_class} };
	my $n_classes = 0;

	foreach my $label (@labels)
	{
		my $class = $gold->{per_class}{$label};

		next if !exists $found->{"$label/f1"} && $class->{f1} == 0;
		$n_classes++;
		$want{"$label/$_"} = $class->{$_}
		  foreach qw(precision recall f1 support);
	}
	$want{macro_f1} *= @labels / $n_classes
	  if defined $want{macro_f1} && $n_classes;
	delete $want{$_} foreach grep { !defined $want{$_} } keys %want;
	return \%want;
}

# What each method of consensus makes of gold.
sub consensus
{
	my ($set) = @_;
	my $methods = $set->{expected}{consensus};
	my $columns = Crowd::columns_of($set, 'consensus.csv');
	my $n = 0;

	$node->safe_psql('postgres', Crowd::load_table($set, 'consensus.csv'));
	foreach my $method (sort keys %$methods)
	{
		my $gold = ref $methods->{$method} && $methods->{$method}{gold};

		next if !$gold || !$columns->{$method};
		my $found = values_of(<<"SQL");
WITH c AS (SELECT confusion_agg(c.$method, g.label) AS c
		   FROM consensus c JOIN gold g USING (item))
SELECT f.name, f.value
FROM c, LATERAL (VALUES ('n', (SELECT sum(n) FROM cells(c))),
				 ('accuracy', accuracy(c)), ('macro_f1', macro_f1(c)))
		f(name, value)
UNION ALL
SELECT label || f.name, coalesce(f.value, 0)
FROM c, class_report(c) r,
	 LATERAL (VALUES ('/precision', r.precision), ('/recall', r.recall),
			  ('/f1', r.f1), ('/support', r.support)) f(name, value)
SQL
		$n += compare($found, wanted_of_consensus($found, $gold),
			"$set->{name} $method");
	}
	return $n;
}

my ($total, $with_gold) = (0, 0);
foreach my $set (@sets)
{
	next if $set->{set}{gold_numeric};
	$node->safe_psql('postgres',
		Oracle::load($set) . Crowd::load_table($set, 'gold.csv'));
	my $n = 0;
	$n += annotators($set)
	  if $set->{expected}{gold} && $set->{expected}{gold}{pooled_wilson};
	$n += consensus($set) if Crowd::table_file($set, 'consensus.csv');
	cmp_ok($n, '>', 0, "$set->{name}: has figures");
	diag(sprintf '%-24s %5d figures', $set->{name}, $n);
	$total += $n;
	$with_gold++;
}
cmp_ok($with_gold, '>=', 6, 'there are sets with gold');
diag("$total figures in $with_gold sets");
$node->stop;
done_testing();
