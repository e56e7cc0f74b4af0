# Brier scores and calibration errors of posteriors against gold, as
# scikit-learn and the definitions gave them on real labels.
#
# The sets lie outside this repository: in the folder that ANNOQA_ORACLE names,
# or in ../shared/oracle beside it.  Every set is walked whose expected.json has
# a "calibration" of a method in posteriors.csv.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use Oracle;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# keys of "calibration", and the query that gives each; no figure of ours: the
# number of items and the log loss
my %query = (
	brier_multiclass => 'SELECT brier_score_multiclass(posterior, gold) FROM soft',
	ece_10_bins_right_closed_top_label =>
	  'SELECT calibration_error(top, top_label = gold) FROM soft',
	# the Brier score of either of two labels
	brier_binary_sklearn =>
	  'SELECT brier_score(least(prob, 1), label = gold)
	   FROM posteriors JOIN gold_labels USING (item)
	   WHERE method = (SELECT min(method) FROM soft)
		 AND label = (SELECT max(label) FROM posteriors)');
my %other = map { $_ => 1 } qw(n log_loss_clipped_1e-15);

my $folder = Oracle::folder();
if (!defined $folder)
{
	plan skip_all => 'no folder of reference figures: set ANNOQA_ORACLE to it;'
	  . ' no calibration of another package was compared';
}
my @sets = grep { -f "$_->{dir}/gold.csv" } Oracle::sets($folder);
if (!@sets)
{
	plan skip_all => "no sets with gold in \"$folder\":"
	  . ' no calibration of another package was compared';
}

my $node = PostgreSQL::Test::Cluster->new('oracle_calibration');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', 'fsync = off');
$node->append_conf('postgresql.conf', "search_path = 'public, annoqa'");
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION annoqa');

# A script that loads posteriors and gold of a set.
sub load
{
	my ($set, $file) = @_;

	return "SET client_min_messages = warning;\n"
	  . "DROP TABLE IF EXISTS posterior_rows, posteriors, gold_labels, soft;\n"
	  . Oracle::load_csv('posterior_rows', $file)
	  . Oracle::load_csv('gold_labels', "$set->{dir}/gold.csv") . <<'SQL';
ALTER TABLE gold_labels RENAME label TO gold;
CREATE TABLE posteriors AS
	SELECT method, item, label, prob::float8 FROM posterior_rows;
SQL
}

# A script that makes soft labels of one method.
sub soften
{
	my ($method) = @_;

	return <<"SQL";
SET client_min_messages = warning;
DROP TABLE IF EXISTS soft;
CREATE TABLE soft AS
	SELECT method, item, gold, jsonb_object_agg(label, prob) AS posterior,
		   least(max(prob), 1) AS top,
		   (array_agg(label ORDER BY prob DESC, label))[1] AS top_label
	FROM posteriors JOIN gold_labels USING (item)
	WHERE method = '$method' GROUP BY method, item, gold;
SQL
}

my ($total, $largest) = (0, 0);
foreach my $set (@sets)
{
	my $consensus = $set->{expected}{consensus} // {};
	my ($file) = grep { -f $_ } "$set->{dir}/posteriors.csv",
	  "$set->{dir}/posteriors.csv.gz";

	next unless defined $file;
	my @methods =
	  grep { ref $consensus->{$_} eq 'HASH' && $consensus->{$_}{calibration} }
	  sort keys %$consensus;
	next unless @methods;
	$node->safe_psql('postgres', load($set, $file));
	foreach my $method (@methods)
	{
		my $figures = $consensus->{$method}{calibration};

		$node->safe_psql('postgres', soften($method));
		is($node->safe_psql('postgres', 'SELECT count(*) FROM soft'),
			$figures->{n}, "$set->{name}, $method: items with gold");
		foreach my $name (sort keys %$figures)
		{
			next if $other{$name};
			if (!$query{$name})
			{
				fail("$set->{name}, $method: no query for $name");
				next;
			}
			my $value = $node->safe_psql('postgres', $query{$name});
			my $difference = abs($value - $figures->{$name});

			ok($difference < 1e-9, "$set->{name}, $method: $name")
			  or diag("$value, wanted $figures->{$name}");
			$largest = $difference if $difference > $largest;
			$total++;
		}
	}
}
cmp_ok($total, '>', 0, 'figures were compared');
diag("$total figures, largest difference $largest");
$node->stop;
done_testing();
