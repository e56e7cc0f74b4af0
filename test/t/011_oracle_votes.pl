# Votes and majority votes against figures that other packages computed.
#
# Walks every set that has a consensus.csv (see 010_oracle.pl on where the sets
# lie): shares and ties of each item, the majority vote of items without a tie,
# its accuracy on gold, and votes weighted by each annotator's accuracy.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use Crowd;
use Oracle;
use Test::More;

my @sets = Crowd::sets_with('consensus.csv');
if (!@sets)
{
	plan skip_all => 'no sets with a consensus: set ANNOQA_ORACLE to their'
	  . ' folder; no vote of another package was compared';
}

my $node = Crowd::server('oracle_votes');

# The items of a query that differ, as text; empty when none does.
sub differing
{
	my ($condition) = @_;
	return $node->safe_psql('postgres',
		"SELECT item, winner(v), shares(v) FROM compared WHERE NOT ($condition)"
		  . ' LIMIT 3');
}

# Compare the votes of each item.
sub compare_items
{
	my ($set, $columns) = @_;
	my $share = $columns->{mv_share} ? 'mv_share' : 'share';
	my $n = $columns->{n} ? 'n::int' : '(SELECT sum(s.n) FROM shares(v) s)';

	$node->safe_psql('postgres', <<"SQL");
DROP TABLE IF EXISTS compared;
CREATE TABLE compared AS
SELECT c.*, v, m, coalesce(mv_tied, '') AS tie
FROM consensus c LEFT JOIN (
	SELECT item, votes_agg(label_text) AS v, majority_vote(label_text) AS m
	FROM labels GROUP BY item) o USING (item);
SQL
	my %condition = (
		'numbers of labels' => "coalesce((SELECT sum(s.n) FROM shares(v) s) = $n, false)",
		'shares of the leader' =>
		  "coalesce(abs(confidence(v) - $share\::float8) < 1e-12, false)",
		'ties' => "tied(v) = (tie <> '')",
		'tied labels' => "tie = '' OR tied_labels(v) =
			(SELECT array_agg(l ORDER BY l) FROM unnest(string_to_array(tie, '|')) l)",
		'winners' => "(tie <> '') = (winner(v) IS NULL)
			AND (tie <> '' OR winner(v) = majority_vote)",
		'majority_vote' => 'm IS NOT DISTINCT FROM winner(v)');
	$condition{entropy} = 'abs(entropy(v) - entropy_nats::float8) < 1e-12'
	  if $columns->{entropy_nats};
	foreach my $what (sort keys %condition)
	{
		is(differing($condition{$what}), '', "$set->{name}: $what");
	}
	return $node->safe_psql('postgres', 'SELECT count(*) FROM compared');
}

# Compare the accuracy of the majority vote on gold items without a tie.
sub compare_accuracy
{
	my ($set) = @_;
	my $want = $set->{expected}{consensus}{majority_vote}{accuracy_on_untied};
	my $load = Crowd::load_table($set, 'gold.csv');

	return if !defined $want || !defined $load || $set->{set}{gold_numeric};
	$node->safe_psql('postgres', $load);
	my ($n, $accuracy) = split /\|/, $node->safe_psql('postgres', <<'SQL');
SELECT count(*), avg((winner(v) = label)::int)::float8
FROM compared JOIN gold USING (item) WHERE winner(v) IS NOT NULL
SQL
	is($n, $want->{n}, "$set->{name}: gold items without a tie");
	cmp_ok(abs($accuracy - $want->{value}),
		'<', 1e-12, "$set->{name}: accuracy of the majority vote");
	return;
}

# Compare votes weighted by each annotator's accuracy on gold.
sub compare_weighted
{
	my ($set) = @_;

	$node->safe_psql('postgres', <<'SQL');
DROP TABLE IF EXISTS weighted, skill;
CREATE TABLE skill AS
SELECT annotator, avg((label_text = gold.label)::int)::float8 AS accuracy
FROM labels JOIN gold USING (item) GROUP BY annotator;
CREATE TABLE weighted AS
SELECT item, votes_agg(label_text, accuracy) AS v,
	   weighted_consensus(label_text, accuracy) AS c
FROM labels JOIN skill USING (annotator) GROUP BY item;
SQL
	# a sum that rounds may decide what is no more than a tie
	my ($items, $close, $equal, $same) =
	  split /\|/, $node->safe_psql('postgres', <<'SQL');
SELECT count(*), count(*) FILTER (WHERE margin(v) < 1e-12),
	   count(*) FILTER (WHERE margin(v) >= 1e-12 AND c = gold_majority_vote
						OR margin(v) < 1e-12 AND gold_majority_vote = ANY (
						  SELECT label FROM shares(v) WHERE share > confidence(v) - 1e-12)),
	   count(*) FILTER (WHERE c IS NOT DISTINCT FROM winner(v))
FROM weighted JOIN consensus USING (item)
SQL
	cmp_ok($items, '>', 0, "$set->{name}: weighted votes");
	is($equal, $items, "$set->{name}: weighted_consensus, $close tied");
	is($same, $items, "$set->{name}: weighted_consensus is the winner");
	return;
}

my $total = 0;
foreach my $set (@sets)
{
	my $columns = Crowd::columns_of($set, 'consensus.csv');

	$node->safe_psql('postgres',
		Oracle::load($set) . Crowd::load_table($set, 'consensus.csv'));
	$total += compare_items($set, $columns);
	compare_accuracy($set);
	compare_weighted($set) if $columns->{gold_majority_vote};
}
diag("$total items in " . @sets . ' sets');
$node->stop;
done_testing();
