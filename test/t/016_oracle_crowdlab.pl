# CROWDLAB and the consensus of numbers on real labels, against figures that
# other packages computed.
#
# Sets with crowdlab_items.csv: cleanlab's figures of every item, annotator and
# label, to 1e-6.  cleanlab breaks ties of the worst class by an unstable sort;
# where an annotator's classes tie, ours must be one of those that do.  Sets with
# numeric_consensus in expected.json: mean and median to 1e-12, and the weighted
# mean may correlate with gold at most a little less than the plain one.
#
# The sets lie outside this repository: in the folder that ANNOQA_ORACLE names,
# or in ../shared/oracle beside it.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use Oracle;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = Oracle::folder();
my @sets = defined $folder ? Oracle::sets($folder) : ();
my @crowdlab = grep { -f "$_->{dir}/crowdlab_items.csv" } @sets;
my @numeric = grep { $_->{expected}{numeric_consensus} } @sets;
if (!@crowdlab && !@numeric)
{
	plan skip_all => 'no sets with figures of CROWDLAB or of numbers:'
	  . ' set ANNOQA_ORACLE to their folder';
}

my $node = PostgreSQL::Test::Cluster->new('crowdlab');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', "search_path = 'public, annoqa'");
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION annoqa');

# Load the files that CROWDLAB is about; its annotators are those in the file.
sub load_crowdlab
{
	my ($set) = @_;
	my %file = (
		stage_items => 'crowdlab_items',
		stage_annotators => 'crowdlab_annotators',
		stage_quality => 'crowdlab_label_quality',
		stage_model => 'model_probs');

	return Oracle::load($set)
	  . join('',
		map
		{
			"DROP TABLE IF EXISTS $_;\n"
			  . Oracle::load_csv($_, "$set->{dir}/$file{$_}.csv")
		} sort keys %file)
	  . <<'SQL';
DROP TABLE IF EXISTS state;
CREATE TABLE state AS
SELECT (SELECT ratings_agg(item, annotator, label_text) FROM labels
		WHERE annotator IN (SELECT annotator FROM stage_annotators)) AS r,
	   (SELECT predictions_agg(m.item, p.key, p.value::float8)
		FROM stage_model m,
			 jsonb_each_text(to_jsonb(m) - 'item' - 'row_number') p) AS p;
SQL
}

# Each figure: a query for how many rows there are, and how many are wrong.
my %check_of = (
	'items' => <<'SQL',
SELECT count(*), count(*) FILTER (WHERE
	   (o.label = e.consensus_label
		AND o.majority_label = e.majority_vote_label
		AND abs(o.probability - e.consensus_quality_score::float8) <= 1e-6
		AND abs(o.share - e.annotator_agreement::float8) <= 1e-6
		AND o.n_labels = e.num_annotations::int) IS NOT TRUE)
FROM (SELECT o.* FROM state, crowdlab(r, p) o) o
	 FULL JOIN stage_items e USING (item)
SQL
	'annotators' => <<'SQL',
SELECT count(*), count(*) FILTER (WHERE
	   (abs(o.quality - e.annotator_quality::float8) <= 1e-6
		AND abs(o.agreement_with_consensus
				- e.agreement_with_consensus::float8) <= 1e-6
		AND o.n_labels = e.num_examples_labeled::int) IS NOT TRUE)
FROM (SELECT o.* FROM state, crowdlab_annotators(r, p) o) o
	 FULL JOIN stage_annotators e USING (annotator)
SQL
	'worst classes' => <<'SQL',
WITH shares AS (
	SELECT annotator, label_text AS label,
		   avg((label_text = e.consensus_label)::int::float8) AS share
	FROM labels JOIN stage_items e USING (item)
	GROUP BY annotator, label_text)
SELECT count(*), count(*) FILTER (WHERE
	   a.share <> b.share
	   OR (o.worst_class <> e.worst_class
		   AND (SELECT count(*) FROM shares s
				WHERE s.annotator = o.annotator AND s.share = a.share) = 1))
FROM state, crowdlab_annotators(r, p) o
	 JOIN stage_annotators e USING (annotator)
	 JOIN shares a ON a.annotator = o.annotator AND a.label = o.worst_class
	 JOIN shares b ON b.annotator = o.annotator AND b.label = e.worst_class
SQL
	'labels' => <<'SQL');
SELECT count(*), count(*) FILTER (WHERE
	   (abs(o.quality - e.quality::float8) <= 1e-6) IS NOT TRUE)
FROM (SELECT o.* FROM state, crowdlab_labels(r, p) o) o
	 FULL JOIN stage_quality e USING (item, annotator)
SQL

foreach my $set (@crowdlab)
{
	$node->safe_psql('postgres', load_crowdlab($set));
	foreach my $what (sort keys %check_of)
	{
		my ($n, $wrong) =
		  split /\|/, $node->safe_psql('postgres', $check_of{$what});

		cmp_ok($n, '>', 0, "$set->{name}: CROWDLAB's $what are compared");
		is($wrong, 0, "$set->{name}: all $n $what as cleanlab has them");
	}
	my $expected = $set->{expected}{crowdlab}{accuracy};
	next if !defined $expected;
	my $accuracy = $node->safe_psql('postgres',
		Oracle::load_csv('stage_gold', "$set->{dir}/gold.csv")
		  . 'SELECT avg((o.label = g.label)::int::float8)'
		  . ' FROM state, crowdlab(r, p) o JOIN stage_gold g USING (item);'
		  . 'DROP TABLE stage_gold;');
	cmp_ok(abs($accuracy - $expected),
		'<', 1e-9, "$set->{name}: accuracy $accuracy as cleanlab's");
}

foreach my $set (@numeric)
{
	my $peer = $set->{expected}{numeric_consensus};

	$node->safe_psql('postgres',
		Oracle::load($set)
		  . 'DROP TABLE IF EXISTS expected_items, gold_values, found;'
		  . Oracle::load_csv('expected_items', "$set->{dir}/items_numeric.csv")
		  . Oracle::load_csv('gold_values', "$set->{dir}/gold.csv")
		  . 'CREATE TABLE found AS SELECT o.* FROM numeric_consensus('
		  . '(SELECT ratings_agg(item, annotator, label_text::numeric)'
		  . ' FROM labels)) o;');
	is( $node->safe_psql('postgres', <<'SQL'), 't', "$set->{name}: means and medians");
SELECT bool_and((abs(o.mean - e.mean::float8) < 1e-12
				 AND abs(o.median - e.median::float8) < 1e-12
				 AND o.n_labels = e.n::int) IS TRUE)
FROM found o FULL JOIN expected_items e USING (item)
SQL
	my ($value, $mean) = split /\|/, $node->safe_psql('postgres', <<'SQL');
SELECT corr(value, g.label::float8), corr(mean, g.label::float8)
FROM found JOIN gold_values g USING (item)
SQL
	note "$set->{name}: correlation with gold $value, of the mean $mean";
	cmp_ok(abs($mean - $peer->{mean}{pearson}),
		'<', 1e-9, "$set->{name}: correlation of the mean with gold");
	cmp_ok($value, '>', $mean - 0.01,
		"$set->{name}: the weighted mean correlates about as well");
}

$node->stop;
done_testing();
