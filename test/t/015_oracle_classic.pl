# The consensus models GLAD, MACE, Wawa, zero-based skill, MMSR and KOS beside
# what Crowd-Kit made of real labels.
#
# The sets lie outside this repository, as for 010_oracle.pl.  A label on which
# our votes tie is not compared; of the others 97% must be the same, and on a
# small set all but one.  Where that asks too much of the peer's figure, the
# test says why, and shows it:
#
#	Wawa, zero-based skill	The peer gives the first of tied labels all of a tie,
#		we give each its part.  Skills are compared to 1e-12 (Wawa) and 1e-3
#		where nothing is tied.
#	MACE	The peer numbers annotators and labels in the order in which they
#		appear where it counts what they spam, and sorted where it reads it, so
#		that an annotator gets the spam of another.  A second implementation
#		below with that mix-up meets the peer's competences, and without it
#		ours: this stands for the comparison of labels and accuracy, which is
#		made where both orders are the same.
#	MMSR	Where some pairs share no items, the peer gives good annotators
#		negative signs.  Ours must be as accurate, less 0.02, or better; on
#		complete sets also the labels are compared.
#	GLAD	Where the peer stops early, abilities rank otherwise.  Then the
#		objective must be lower at the peer's abilities than at ours, whatever
#		the difficulties.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use List::Util qw(max min sum);
use Oracle;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = Oracle::folder();
my @sets = defined $folder ? Oracle::sets($folder) : ();
if (!@sets)
{
	plan skip_all => 'no folder of reference figures: set ANNOQA_ORACLE to it;'
	  . ' no consensus of another package was compared';
}

# our function, the peer's column of skills
my %skill_of = (
	wawa => 'wawa_skill',
	zero_based_skill => 'zbs_skill',
	glad => 'glad_alpha',
	mace => 'mace_competence',
	mmsr => 'mmsr_skill',
	kos => undef);

my $node = PostgreSQL::Test::Cluster->new('oracle_classic');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', 'fsync = off');
$node->append_conf('postgresql.conf', "search_path = 'public, annoqa'");
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION annoqa');

# Rows of a query as lists.
sub rows
{
	my ($sql) = @_;
	my ($out, $error) = ('', '');

	$node->psql(
		'postgres', "SET client_min_messages = warning;\n$sql",
		stdout => \$out,
		stderr => \$error,
		on_error_stop => 1,
		extra_params => [ '-q', '-A', '-t', '-F', "\t" ]);
	$error = join "\n", grep { /ERROR|HINT|FATAL|psql:/ } split /\n/, $error;
	die $error if $error ne '';
	return map { [ split /\t/, $_, -1 ] } split /\n/, $out;
}

# The place of each value among all, ties at their mean.
sub ranks
{
	my @value = @_;
	my @order = sort { $value[$a] <=> $value[$b] } 0 .. $#value;
	my @rank;

	for (my ($i, $j) = (0, 0); $i < @order; $i = $j)
	{
		$j++ while $j < @order && $value[ $order[$j] ] == $value[ $order[$i] ];
		$rank[$_] = ($i + $j - 1) / 2 foreach @order[ $i .. $j - 1 ];
	}
	return @rank;
}

# Spearman's correlation of two lists.
sub rank_correlation
{
	my ($x, $y) = @_;
	my @x = ranks(@$x);
	my @y = ranks(@$y);
	my $mean = $#x / 2;
	my ($xy, $xx, $yy) = (0, 0, 0);

	foreach my $i (0 .. $#x)
	{
		$xy += ($x[$i] - $mean) * ($y[$i] - $mean);
		$xx += ($x[$i] - $mean)**2;
		$yy += ($y[$i] - $mean)**2;
	}
	return $xx * $yy > 0 ? $xy / sqrt($xx * $yy) : 1;
}

# The derivative of the logarithm of the gamma function.
sub digamma
{
	my ($x) = @_;
	my $shift = 0;

	for (; $x < 10; $x++)
	{
		$shift -= 1 / $x;
	}
	my $f = 1 / ($x * $x);
	return $shift + log($x) - 0.5 / $x -
	  $f * (1 / 12 - $f * (1 / 120 - $f * (1 / 252 - $f / 240)));
}

# MACE with variational Bayes from the even start, by the paper.  With mix_up,
# what an annotator spams is counted for the one at the same place in the order
# of appearance, and so are the labels.  Returns annotator => [ exp of the
# expected logarithm of the competence, its mean ].
sub second_mace
{
	my ($labels, $iterations, $mix_up) = @_;
	my (%item, %place, %person, @appeared, @person_appeared);

	foreach my $row (@$labels)
	{
		my ($item, $annotator, $label) = @$row;

		push @{ $item{$item} }, [ $annotator, $label ];
		push @appeared, $label unless $place{$label}++;
		push @person_appeared, $annotator unless $person{$annotator}++;
	}
	my @label = sort @appeared;
	my @person = sort @person_appeared;
	my %code = map { $label[$_] => $_ } 0 .. $#label;
	my %code_to = map { $_ => $_ } 0 .. $#label;
	my %person_to = map { $_ => $_ } @person;
	if ($mix_up)
	{
		%code_to = map { $_ => $code{ $appeared[$_] } } 0 .. $#label;
		@person_to{@person} = @person_appeared;
	}
	my $q = @label;
	my %knows = map { $_ => [ 0.5, 0.5, 0.5 ] } @person;
	my %spam = map { $_ => [ (1 / $q) x $q ] } @person;

	foreach my $iteration (1 .. $iterations)
	{
		my (%known, %n);
		my %strategy = map { $_ => [ (0) x $q ] } @person;

		foreach my $votes (values %item)
		{
			my @score = (1) x $q;

			foreach my $vote (@$votes)
			{
				my ($who, $code) = ($vote->[0], $code{ $vote->[1] });
				my $spammed = $knows{$who}[1] * $spam{$who}[$code];

				$score[$code] *= 1 + $knows{$who}[0] / $spammed;
			}
			my $sum = sum(@score);
			foreach my $vote (@$votes)
			{
				my ($who, $code) = ($vote->[0], $code{ $vote->[1] });
				my $spammed = $knows{$who}[1] * $spam{$who}[$code];
				my $knew = $score[$code] / $sum * $knows{$who}[0] /
				  ($knows{$who}[0] + $spammed);

				$known{$who} += $knew;
				$n{$who}++;
				$strategy{ $person_to{$who} }[ $code_to{$code} ] += 1 - $knew;
			}
		}
		foreach my $who (@person)
		{
			my ($knew, $spammed) =
			  (0.5 + $known{$who}, 0.5 + $n{$who} - $known{$who});
			my $all = digamma($knew + $spammed);
			my @count = map { 10 + $_ } @{ $strategy{$who} };
			my $strategies = digamma(sum(@count));

			$knows{$who} = [
				exp(digamma($knew) - $all),
				exp(digamma($spammed) - $all),
				$knew / ($knew + $spammed)
			];
			$spam{$who} = [ map { exp(digamma($_) - $strategies) } @count ];
		}
	}
	return { map { $_ => [ @{ $knows{$_} }[ 0, 2 ] ] } @person };
}

# The evidence of an item's labels at this ease, with the prior of the ease.
sub item_evidence
{
	my ($votes, $ability, $q, $ease) = @_;
	my $evidence = -log($q) - 0.5 * ($ease - 1)**2;
	my (%score, $sum);

	foreach my $vote (@$votes)
	{
		my $z = $ability->{ $vote->[0] } * exp($ease);

		# ln of a wrong label, and what a right one has more
		$evidence -= ($z > 0 ? $z : 0) + log(1 + exp(-abs($z))) + log($q - 1);
		$score{ $vote->[1] } += $z + log($q - 1);
	}
	my $top = max(0, values %score);
	$sum = ($q - keys %score) * exp(-$top);
	$sum += exp($_ - $top) foreach values %score;
	return $evidence + $top + log($sum);
}

# The objective of GLAD at these abilities, each item at its best ease, which
# is sought on a grid and by golden sections around its best point.
sub glad_objective
{
	my ($labels, $ability) = @_;
	my (%item, %code);
	my $golden = (sqrt(5) - 1) / 2;
	my $total = -0.5 * sum(map { ($_ - 1)**2 } values %$ability);

	foreach my $row (@$labels)
	{
		push @{ $item{ $row->[0] } }, [ @$row[ 1, 2 ] ];
		$code{ $row->[2] } = 1;
	}
	foreach my $votes (values %item)
	{
		my $at = sub { item_evidence($votes, $ability, scalar keys %code, $_[0]) };
		my %grid = map { $_ / 2 => $at->($_ / 2) } -6 .. 8;
		my ($best) = sort { $grid{$b} <=> $grid{$a} } keys %grid;
		my ($low, $high) = ($best - 0.5, $best + 0.5);

		foreach (1 .. 20)
		{
			my $one = $high - $golden * ($high - $low);
			my $two = $low + $golden * ($high - $low);

			$at->($one) < $at->($two) ? ($low = $one) : ($high = $two);
		}
		$total += $at->(($low + $high) / 2);
	}
	return $total;
}

# A set of labels: one test for each of the methods that the peer ran.
sub test_set
{
	my ($set, @methods) = @_;
	my $expected = $set->{expected}{consensus};
	my $q = Oracle::categories($set);
	my ($consensus) = glob("$set->{dir}/consensus.csv*");
	my $gold = -f "$set->{dir}/gold.csv";
	my $make = join "\n", map {
		my $bound = $_ eq 'mace' ? ', tolerance => 1e-8' : '';
		"INSERT INTO model SELECT '$_', $_(r$bound) FROM
			(SELECT ratings_agg(item, annotator, label_text) AS r FROM labels) t;"
	} @methods;

	rows(Oracle::load($set)
		  . 'DROP TABLE IF EXISTS peer, people, gold, model, ours;'
		  . "\n"
		  . Oracle::load_csv('peer', $consensus)
		  . Oracle::load_csv('people', "$set->{dir}/annotators.csv")
		  . ($gold
			? Oracle::load_csv('gold', "$set->{dir}/gold.csv")
			: "CREATE TABLE gold (item text, label text);\n")
		  . "CREATE TABLE model (method text, m annotator_model);\n$make\n"
		  . 'CREATE TABLE ours AS
			 SELECT method, c.* FROM model,
					(SELECT ratings_agg(item, annotator, label_text) AS r
					 FROM labels) t, LATERAL consensus(r, m) c;');
	my @labels =
	  rows('SELECT item, annotator, label_text FROM labels ORDER BY row_number');
	my @untied = rows('SELECT 1 FROM peer WHERE mv_tied <> \'\' LIMIT 1') == 0;
	my ($complete) = map { $_->[0] eq 't' } rows(
		'SELECT count(*) = count(DISTINCT item) * count(DISTINCT annotator)
		 FROM labels');

	foreach my $method (@methods)
	{
		my ($row) = rows(
			"SELECT count(*), count(*) FILTER (WHERE o.label = p.$method),
					coalesce(avg((o.label = g.label)::int) FILTER
							 (WHERE g.label IS NOT NULL), -1)
			 FROM ours o JOIN peer p USING (item)
				  LEFT JOIN gold g USING (item)
			 WHERE o.method = '$method' AND NOT o.tied");
		my ($accurate) = rows(
			"SELECT coalesce(avg((o.label IS NOT DISTINCT FROM g.label)::int), -1)
			 FROM ours o JOIN gold g USING (item) WHERE o.method = '$method'");
		my ($bad) = rows(
			"SELECT count(*) FROM ours WHERE method = '$method' AND
				 (probability IS NULL OR NOT probability BETWEEN 0 AND 1)");
		my %ours = map { $_->[0] => $_->[1] } rows(
			"SELECT annotator, skill FROM model, annotator_skill(m)
			 WHERE method = '$method'");

		is($bad->[0], 0, "$set->{name}, $method: probabilities are shares");
		compare_method(
			{
				name => "$set->{name}, $method",
				method => $method,
				expected => $expected->{$method},
				n => $row->[0],
				same => $row->[1],
				accuracy => $accurate->[0],
				untied => $untied[0],
				complete => $complete,
				q => $q,
				labels => \@labels,
				ours => \%ours,
				peer => scalar peer_skills($method, $q)
			});
	}
	return;
}

# The peer's skills, on the scale of ours.
sub peer_skills
{
	my ($method, $q) = @_;
	my $column = $skill_of{$method};
	return undef unless defined $column;
	my %peer = map { $_->[0] => $_->[1] }
	  rows("SELECT annotator, $column FROM people");

	return \%peer if $method ne 'mmsr';
	foreach my $annotator (keys %peer)
	{
		my $odds = exp($peer{$annotator}) / ($q - 1);

		$peer{$annotator} = $odds / (1 + $odds);
	}
	return \%peer;
}

# Greatest difference of two hashes of numbers.
sub greatest
{
	my ($x, $y) = @_;
	return max(map { abs($x->{$_} - $y->{$_}) } keys %$x);
}

sub compare_method
{
	my ($c) = @_;
	my $name = $c->{name};
	my @people = sort keys %{ $c->{ours} };
	my $correlation = $c->{peer}
	  ? rank_correlation([ @{ $c->{ours} }{@people} ],
		[ @{ $c->{peer} }{@people} ])
	  : undef;
	my $labels = 1;
	my $both_sides = 1;

	if ($c->{method} eq 'wawa' && $c->{untied})
	{
		cmp_ok(greatest($c->{ours}, $c->{peer}), '<', 1e-12, "$name: skills");
	}
	if ($c->{method} eq 'zero_based_skill' && $c->{untied})
	{
		cmp_ok(greatest($c->{ours}, $c->{peer}), '<', 1e-3, "$name: skills");
	}
	if ($c->{method} eq 'mmsr')
	{
		$labels = $c->{complete};
		$both_sides = $c->{complete};
		cmp_ok(greatest($c->{ours}, $c->{peer}), '<', 1e-2, "$name: skills")
		  if $c->{complete} && @people > 2;
	}
	if ($c->{method} eq 'glad' && $correlation < 0.95 && @people > 2)
	{
		my $ours = glad_objective($c->{labels}, $c->{ours});
		my $peer = glad_objective($c->{labels}, $c->{peer});

		cmp_ok($ours, '>', $peer + 1,
			"$name: the peer has not reached the maximum");
		diag(sprintf '%s: objective %.2f, at the peer\'s abilities %.2f',
			$name, $ours, $peer);
	}
	elsif ($c->{method} eq 'glad' && @people > 2)
	{
		cmp_ok($correlation, '>=', 0.95, "$name: rank correlation of skills");
	}
	if ($c->{method} eq 'mace')
	{
		$labels = $both_sides = compare_mace($c);
	}

	cmp_ok($c->{n} - $c->{same}, '<=', max(1, 0.03 * $c->{n}),
		"$name: labels ($c->{same} of $c->{n} are the same)")
	  if $labels;
	if ($c->{accuracy} >= 0 && defined $c->{expected}{accuracy})
	{
		my @peer = ($c->{expected}{accuracy},
			@{ $c->{expected}{accuracy_over_seeds} // [] });

		cmp_ok($c->{accuracy}, '>=', min(@peer) - 0.02,
			"$name: as accurate as the peer")
		  if $both_sides || $c->{method} eq 'mmsr';
		cmp_ok($c->{accuracy}, '<=', max(@peer) + 0.02,
			"$name: no more accurate than the peer")
		  if $both_sides && $c->{method} ne 'glad';
		diag(sprintf '%-32s accuracy %.4f, peer %.4f', $name, $c->{accuracy},
			$c->{expected}{accuracy});
	}
	diag(sprintf '%-32s rank correlation of skills %.4f', $name, $correlation)
	  if defined $correlation;
	return;
}

# Compare competences through a second implementation; true if the peer's
# orders are the same, so that its labels can be compared, too.
sub compare_mace
{
	my ($c) = @_;
	my (%person, %label);
	my @person = grep { !$person{$_}++ } map { $_->[1] } @{ $c->{labels} };
	my @label = grep { !$label{$_}++ } map { $_->[2] } @{ $c->{labels} };
	my $in_order = "@person" eq join(' ', sort @person)
	  && "@label" eq join(' ', sort @label);
	my $as_peer = second_mace($c->{labels}, 50, 1);
	my $as_paper = second_mace($c->{labels}, 200, 0);

	cmp_ok(
		greatest({ map { $_ => $as_peer->{$_}[0] } keys %$as_peer },
			$c->{peer}),
		'<', 0.005, "$c->{name}: the peer mixes up who spams what");
	# a few competences creep, or can settle in either of two places
	my @difference = sort { $a <=> $b }
	  map { abs($as_paper->{$_}[1] - $c->{ours}{$_}) } keys %$as_paper;
	cmp_ok($difference[ 0.9 * $#difference ],
		'<', 0.02, "$c->{name}: competences by a second implementation");
	diag(sprintf '%s: greatest difference from the second implementation %.2g',
		$c->{name},
		greatest({ map { $_ => $as_paper->{$_}[1] } keys %$as_paper },
			$c->{ours}));
	return $in_order;
}

foreach my $set (@sets)
{
	my $consensus = $set->{expected}{consensus} or next;
	my @methods = grep { $consensus->{$_} } sort keys %skill_of;

	test_set($set, @methods) if @methods;
}
$node->stop;
done_testing();
