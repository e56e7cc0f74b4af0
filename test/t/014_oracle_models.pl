# Models of annotators against other packages, on real labels.
#
# The sets lie outside this repository: in the folder that ANNOQA_ORACLE names,
# or in ../shared/oracle beside it.  Where plain EM has come to rest there, all
# that dawid_skene() finds without a prior must be the same to six digits;
# where it still creeps, the likelihood must be no lower.  The package that
# stops early is met label by label.  Accuracy of the default against gold is
# compared with both, and printed.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use Oracle;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = Oracle::folder();
my @sets =
  grep { $_->{expected}{consensus}{dawid_skene_converged} }
  defined $folder ? Oracle::sets($folder) : ();
if (!@sets)
{
	plan skip_all => 'no folder of reference figures: set ANNOQA_ORACLE to it;'
	  . ' no model was compared with another package';
}

my $node = PostgreSQL::Test::Cluster->new('oracle_models');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', 'fsync = off');
$node->append_conf('postgresql.conf', "search_path = 'public, annoqa'");
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION annoqa');

# steps that plain EM took, when it was let run
use constant {
	CREEPING => 1e-12,
	MOST_STEPS => 20000
};

# One value.
sub value
{
	return $node->safe_psql('postgres', $_[0]);
}

sub file_of
{
	my ($set, $name) = @_;
	my ($file) = grep { -f $_ } "$set->{dir}/$name.csv", "$set->{dir}/$name.csv.gz";
	return $file;
}

# Load what a set has; absent files become empty tables.
sub load_set
{
	my ($set) = @_;
	my %columns = (
		posteriors => 'method text, item text, label text, prob text',
		ds_errors => 'method text, annotator text, observed text, "true" text, prob text',
		gold => 'item text, label text',
		annotators => 'annotator text, one_coin_skill text');

	$node->safe_psql('postgres',
		'DROP TABLE IF EXISTS r, m, labels, consensus_of, ' . join(', ', keys %columns));
	$node->safe_psql('postgres', Oracle::load_csv('labels', $set->{labels}));
	$node->safe_psql('postgres',
		Oracle::load_csv('consensus_of', file_of($set, 'consensus')));
	foreach my $name (keys %columns)
	{
		my $file = file_of($set, $name);
		$node->safe_psql('postgres',
			$file ? Oracle::load_csv($name, $file)
			: "CREATE TABLE $name ($columns{$name})");
	}
	# by the text of the labels: that is how the peers told them apart
	$node->safe_psql('postgres', <<'END');
CREATE TABLE r AS SELECT ratings_agg(item, annotator, label) AS r FROM labels;
CREATE TABLE m (name text PRIMARY KEY, m annotator_model);
END
}

# Fit a model and keep it under a name.
sub fit_model
{
	my ($name, $call) = @_;
	$node->safe_psql('postgres', "INSERT INTO m SELECT '$name', $call FROM r");
}

# The largest difference of posteriors from those of a peer.
sub posterior_difference
{
	my ($name, $method) = @_;
	return value(<<"END");
SELECT max(abs(p.probability - coalesce(o.prob::float8, 0)))
FROM r, m, posterior(r, m) AS p
LEFT JOIN posteriors AS o ON o.method = '$method' AND o.item = p.item AND o.label = p.label
WHERE name = '$name'
END
}

# Share of items whose label is the peer's, ties not counted.
sub same_labels
{
	my ($name, $method) = @_;
	return value(<<"END");
SELECT avg((c.label = o.$method)::int) FROM r, m, consensus(r, m) AS c JOIN consensus_of AS o USING (item)
WHERE name = '$name' AND NOT c.tied
END
}

# Items whose label is gold's, and items with gold.
sub right
{
	my ($name) = @_;
	return split /\|/, value(<<"END");
SELECT coalesce(sum((c.label = g.label)::int), 0), count(*) FROM r, m, consensus(r, m) AS c JOIN gold AS g USING (item) WHERE name = '$name'
END
}

# What plain EM has found when it stopped moving.
sub compare_converged
{
	my ($set, $o) = @_;
	my $name = $set->{name};
	my $rests = $o->{last_change} < CREEPING;
	my $steps = $rests ? MOST_STEPS : $o->{iterations};

	fit_model('none', "dawid_skene(r, 'none', tolerance => 0, max_iterations => $steps)");
	my ($likelihood, $converged) = split /\|/,
	  value("SELECT log_likelihood, converged FROM m, fit(m) WHERE name = 'none'");
	if (!$rests)
	{
		cmp_ok($likelihood, '>=', $o->{loglik} - 1e-5 * abs($o->{loglik}),
			"$name: likelihood no lower than that of EM which still creeps");
		return;
	}
	is($converged, 't', "$name: EM comes to rest");
	cmp_ok(abs($likelihood - $o->{loglik}), '<=', 1e-6 * abs($o->{loglik}),
		"$name: log-likelihood");
	cmp_ok(posterior_difference('none', 'dawid_skene_converged'), '<=', 1e-6,
		"$name: posteriors");
	cmp_ok(value(<<'END'), '<=', 1e-6, "$name: error rates");
SELECT max(abs(c.probability - coalesce(e.prob::float8, 0)))
FROM m, annotator_confusion(m) AS c
LEFT JOIN ds_errors AS e ON e.method = 'dawid_skene_converged' AND e.annotator = c.annotator
                            AND e.observed = c.label AND e."true" = c.reference
WHERE name = 'none'
END
	foreach my $label (sort keys %{ $o->{priors} })
	{
		my $literal = Oracle::literal($label);
		cmp_ok(abs($o->{priors}{$label} -
				value("SELECT probability FROM m, class_prior(m) WHERE name = 'none' AND label = $literal")),
			'<=', 1e-6, "$name: class prior of $label");
	}
}

# The package that stops when the bound per label hardly rises: as many steps.
sub compare_stopped
{
	my ($set, $method, $function) = @_;
	my $name = $set->{name};
	my $o = $set->{expected}{consensus}{$method};

	return unless $o && $o->{iterations};
	fit_model($method,
		"$function(r, 'none', tolerance => 0, max_iterations => $o->{iterations})");
	# full rows: the peer clips error rates otherwise, and has not come to rest
	if ($function eq 'one_coin')
	{
		cmp_ok(posterior_difference($method, $method), '<=', 1e-4,
			"$name: posteriors of $method after $o->{iterations} steps");
	}
	cmp_ok(same_labels($method, $method), '>=', 0.99, "$name: labels of $method");
	my ($right, $n) = right($method);
	if (defined $o->{accuracy})
	{
		cmp_ok(abs($right / $n - $o->{accuracy}), '<=', 0.01,
			"$name: accuracy of $method");
	}
}

# Accuracy of the default: the better peer's, less .005 or two items.
sub compare_default
{
	my ($set) = @_;
	my $name = $set->{name};
	my $c = $set->{expected}{consensus};

	fit_model('crowd', 'dawid_skene(r)');
	fit_model('hierarchical', 'dawid_skene(r, hierarchical => true)');
	fit_model('coin', 'one_coin(r)');
	my ($right, $n) = right('crowd');
	return unless $n > 0 && defined $c->{dawid_skene}{accuracy};
	my ($peer, $converged) =
	  map { $c->{$_}{accuracy} } 'dawid_skene', 'dawid_skene_converged';
	my $best = $peer > $converged ? $peer : $converged;
	my $least = $best * $n - (0.005 * $n > 2 ? 0.005 * $n : 2);
	cmp_ok($right, '>=', $least - 1e-6, "$name: accuracy of the default");

	my @row = map { sprintf '%.4f', $_ } $c->{majority_vote}{accuracy}, $peer, $converged,
	  map { (right($_))[0] / $n } qw(none crowd hierarchical one_coin_dawid_skene coin);
	diag(sprintf '%-12s %5d ' . join(' ', ('%s') x @row), $name, $n, @row);
}

# Every second gold label known: accuracy on the others, as the peer split them.
sub compare_gold
{
	my ($set) = @_;
	my $o = $set->{expected}{consensus}{dawid_skene_gold_anchored};

	return unless $o && defined $o->{accuracy_on_the_other_gold_items};
	my $accuracy = value(<<'END');
WITH ranked AS (SELECT item, label, row_number() OVER (ORDER BY item COLLATE "C") AS n FROM gold),
     known AS (SELECT ratings_agg(item, 'gold'::text, label) AS g FROM ranked WHERE n % 2 = 1)
SELECT avg((c.label = g.label)::int) FROM r, known, consensus(r, dawid_skene(r, 'none', gold => g, max_iterations => 100)) AS c
JOIN ranked AS g USING (item) WHERE n % 2 = 0
END
	cmp_ok($accuracy, '>=', $o->{accuracy_on_the_other_gold_items} - 0.02,
		"$set->{name}: accuracy on the other half of gold");
}

diag('set           gold majority crowd-kit converged none default hierarchical one_coin/none one_coin');
foreach my $set (@sets)
{
	load_set($set);
	compare_converged($set, $set->{expected}{consensus}{dawid_skene_converged});
	compare_stopped($set, 'dawid_skene', 'dawid_skene');
	compare_stopped($set, 'one_coin_dawid_skene', 'one_coin');
	compare_default($set);
	compare_gold($set);
}

$node->stop;
done_testing();
