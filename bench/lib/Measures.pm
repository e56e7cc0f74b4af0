# Measures.pm
#	What is measured: blocks of statements whose runs are interleaved.
#
# A row of a block:
#	id, title	its name in the block, and in the table
#	sql			the statement (schemas tiny and data hold the same tables)
#	set			settings of its session
#	prepare		statements that make its tables, run in both schemas
#	against		the id that its CPU is divided by, run by run
#	at_most		the highest ratio allowed
#	most_mb		the highest memory allowed
#	most_s		the highest CPU seconds allowed
#	same_as		the id whose value it must return, to 1e-9
#	identical	the id whose value it must return to the last bit
#	parallel	count the memory of workers too
#	script, argument, needs, copy, ours
#				a peer in Python: its script and package, what is exported for
#				it, and the id of our own statement
#	ours		without a script: a peer in SQL
#	no_target	a peer that is only shown
#
# A derived row has title, of (what it divides, in words), ratio (a function of
# the results of one run) and at_most.

package Measures;

use strict;
use warnings;

my $alpha = 'SELECT krippendorff_alpha(item, label) FROM labels';
my $floor = 'SELECT floor_agg(item, label) FROM labels';

# All blocks, for tables of these sizes; $text gives the text of a file of
# bench/sql.
sub blocks
{
	my ($labels, $small, $text) = @_;

	return (
		front_door(), types(), ladder(), ratings(),
		groups($small), parallel(), states(), resampling(), gold(),
		numbers($small), models($small, $text), peers($labels, $small, $text));
}

# One call over the whole table.
sub front_door
{
	return {
		title => 'One call over the long table',
		rows => [
			{
				id => 'count',
				title => '`count(*)`',
				sql => 'SELECT count(*) FROM labels'
			},
			{
				id => 'floor',
				title => '**floor**: touch item, label',
				sql => $floor
			},
			{
				id => 'alpha',
				title => '`krippendorff_alpha(item, label)`',
				sql => $alpha,
				against => 'floor',
				at_most => 2.0,
				most_mb => 100
			},
			{
				id => 'agreement',
				title => '`agreement_agg(item, label)`, alpha read from it',
				sql => 'SELECT krippendorff_alpha(agreement_agg(item, label))'
				  . ' FROM labels',
				against => 'floor',
				identical => 'alpha'
			},
			{
				id => 'six',
				title => 'five coefficients and `agreement_agg` in one SELECT',
				sql => 'SELECT krippendorff_alpha(item, label),'
				  . ' fleiss_kappa(item, label), gwet_ac1(item, label),'
				  . ' brennan_prediger(item, label),'
				  . ' percent_agreement(item, label),'
				  . ' agreement_agg(item, label) IS NOT NULL FROM labels',
				against => 'alpha',
				at_most => 1.2
			},
			{
				id => 'floor_pair',
				title => 'floor: touch label, gold',
				sql => 'SELECT floor_agg(label, gold) FROM labels'
			},
			{
				id => 'cohen',
				title => '`cohen_kappa(label, gold)`',
				sql => 'SELECT cohen_kappa(label, gold) FROM labels',
				against => 'floor_pair',
				at_most => 1.3
			},
			{
				id => 'confusion',
				title => '`confusion_agg(label, gold)`, kappa read from it',
				sql => 'SELECT cohen_kappa(confusion_agg(label, gold))'
				  . ' FROM labels',
				against => 'floor_pair',
				same_as => 'cohen'
			}
		]
	};
}

# Items and labels of other types.
sub types
{
	my @rows = (
		{
			id => 'floor',
			title => 'floor: touch text item, text label',
			sql => 'SELECT floor_agg(item_text, label) FROM typed'
		});

	foreach my $pair (
		[ 'bigint', 'text', 'item_bigint', 'label' ],
		[ 'bigint', 'integer', 'item_bigint', 'label_integer' ],
		[ 'text', 'text', 'item_text', 'label' ],
		[ 'uuid', 'text', 'item_uuid', 'label' ])
	{
		my ($item, $label, @columns) = @$pair;
		my $arguments = join ', ', @columns;
		push @rows,
		  {
			id => "$item $label",
			title => "alpha of $item item, $label label",
			sql => "SELECT krippendorff_alpha($arguments) FROM typed",
			against => 'floor',
			$item eq 'bigint' && $label eq 'text'
			? ()
			: (same_as => 'bigint text')
		  };
	}
	return { title => 'Types of item and label', cap => 3, rows => \@rows };
}

# Item by item, with PostgreSQL's own hash aggregate below.
sub ladder
{
	my $votes = 'SELECT krippendorff_alpha(agreement_agg(v)) FROM'
	  . ' (SELECT votes_agg(label) AS v FROM labels GROUP BY item) AS items';

	return {
		title => 'The ladder: votes of each item, then agreement',
		cap => 3,
		rows => [
			{
				id => 'count',
				title => 'count of labels of each item',
				sql => 'SELECT sum(n) FROM (SELECT count(label) AS n'
				  . ' FROM labels GROUP BY item) AS items'
			},
			{
				id => 'front door',
				title => '`krippendorff_alpha(item, label)`',
				sql => $alpha,
				against => 'count'
			},
			{
				id => 'ladder',
				title => '`agreement_agg(votes_agg(label))`',
				sql => $votes,
				against => 'count',
				identical => 'front door'
			},
			{
				id => 'bounded',
				title => 'the same, `work_mem` 16 MB',
				sql => $votes,
				set => "SET work_mem = '16MB'",
				against => 'count',
				identical => 'front door'
			}
		]
	};
}

# The whole design, and everything between pairs of annotators.
sub ratings
{
	my $matrix = 'SELECT count(cohen_kappa) FROM'
	  . ' (SELECT ratings_agg(item, annotator, label) AS r FROM labels)'
	  . ' AS design, pairwise_agreement(r)';

	return {
		title => 'The whole design: 1,000 annotators',
		cap => 3,
		rows => [
			{
				id => 'floor',
				title => 'floor: touch item, annotator, label',
				sql => 'SELECT floor_agg(item, annotator, label) FROM labels'
			},
			{
				id => 'alpha',
				title => '`krippendorff_alpha(item, label)`',
				sql => $alpha,
				against => 'floor'
			},
			{
				id => 'ratings',
				title =>
				  '`krippendorff_alpha(ratings_agg(item, annotator, label))`',
				sql => 'SELECT krippendorff_alpha('
				  . 'ratings_agg(item, annotator, label)) FROM labels',
				against => 'alpha',
				identical => 'alpha'
			},
			{
				id => 'matrix',
				title => '`ratings_agg` and `pairwise_agreement` of all pairs',
				sql => $matrix,
				against => 'alpha',
				at_most => 5
			}
		]
	};
}

# Small groups, few and many.
sub groups
{
	my ($small) = @_;
	my @rows;
	my %groups;

	foreach my $part ([ 'labels_fiftieth', 50 ], [ 'labels_tenth', 10 ],
		[ 'labels_small', 1 ])
	{
		my ($table, $share) = @$part;
		my $n = int($small / 4 / $share);
		$groups{$table} = $n;
		push @rows,
		  {
			id => "count $table",
			title => "`count(label)`, @{[thousands($n)]} groups of 4 labels",
			sql => "SELECT sum(n) FROM (SELECT count(label) AS n"
			  . " FROM $table GROUP BY item) AS groups"
		  },
		  {
			id => "alpha $table",
			title => "`krippendorff_alpha`, @{[thousands($n)]} groups",
			sql => "SELECT count(alpha) FROM"
			  . " (SELECT krippendorff_alpha(item, label) AS alpha"
			  . " FROM $table GROUP BY item) AS groups",
			against => "count $table",
			$share == 1 ? (at_most => 2) : ()
		  };
	}
	push @rows,
	  {
		id => 'count days',
		title => '`count(label)` by vendor, day: 5,000 groups of the table',
		sql => 'SELECT sum(n) FROM (SELECT count(label) AS n'
		  . ' FROM labels GROUP BY vendor, day) AS groups'
	  },
	  {
		id => 'alpha days',
		title => '`krippendorff_alpha` by vendor, day',
		sql => 'SELECT count(alpha) FROM'
		  . ' (SELECT krippendorff_alpha(item, label) AS alpha'
		  . ' FROM labels GROUP BY vendor, day) AS groups',
		against => 'count days'
	  };

	my ($few, $many) = ('labels_fiftieth', 'labels_small');
	my $growth = sub {
		my ($result, $what) = @_;

		die "not measured\n"
		  if grep { !$result->{"$what $_"} } $few, $many;
		return ($result->{"$what $many"}{cpu} / $groups{$many}) /
		  ($result->{"$what $few"}{cpu} / $groups{$few});
	};
	return {
		title => 'Many groups',
		rows => \@rows,
		derived => [
			{
				title => 'cost of a group, most groups against fewest:'
				  . ' `count(label)`',
				of => 'itself',
				ratio => sub { $growth->($_[0], 'count') }
			},
			{
				title => 'cost of a group, most groups against fewest:'
				  . ' `krippendorff_alpha`',
				of => 'itself',
				ratio => sub { $growth->($_[0], 'alpha') }
			},
			{
				title => 'the second growth over the first: is it flat?',
				of => '`count(label)`',
				ratio => sub {
					$growth->($_[0], 'alpha') / $growth->($_[0], 'count');
				},
				at_most => 1.25
			}
		]
	};
}

# Two workers.
sub parallel
{
	my $set = 'SET max_parallel_workers_per_gather = 2;'
	  . ' SET min_parallel_table_scan_size = 0;'
	  . ' SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0';

	return {
		title => 'Parallel, two workers',
		cap => 3,
		rows => [
			{
				id => 'serial',
				title => 'alpha, serial',
				sql => $alpha
			},
			{
				id => 'parallel',
				title => 'alpha, two workers and the leader',
				sql => $alpha,
				set => $set,
				parallel => 1,
				against => 'serial',
				identical => 'serial'
			}
		]
	};
}

# States kept in a table and merged.
sub states
{
	return {
		title => 'Stored states, rolled up',
		cap => 3,
		rows => [
			{
				id => 'rescan',
				title => 'alpha from the labels',
				sql => $alpha
			},
			{
				id => 'logs',
				title => 'alpha from 625 days of `item_labels`',
				prepare => 'DROP TABLE IF EXISTS day_logs;'
				  . ' CREATE UNLOGGED TABLE day_logs AS SELECT day,'
				  . ' item_labels_agg(item, label) AS log'
				  . ' FROM labels GROUP BY day',
				sql => 'SELECT krippendorff_alpha(agreement('
				  . 'item_labels_agg(log))) FROM day_logs',
				against => 'rescan',
				identical => 'rescan'
			},
			{
				id => 'histograms',
				title => 'alpha from 625 parts of `agreement`',
				prepare => 'DROP TABLE IF EXISTS part_agreements;'
				  . ' CREATE UNLOGGED TABLE part_agreements AS'
				  . ' SELECT item % 625 AS part,'
				  . ' agreement_agg(item, label) AS a'
				  . ' FROM labels GROUP BY item % 625',
				sql => 'SELECT krippendorff_alpha(agreement_agg(a))'
				  . ' FROM part_agreements',
				against => 'rescan',
				identical => 'rescan'
			}
		]
	};
}

# Errors from the histogram of vote patterns, four times the items.
sub resampling
{
	my @rows;

	foreach my $method (
		[ 'linearised', '' ],
		[ 'jackknife', '' ],
		[ 'bootstrap', ', resamples => 1000' ],
		[ 'bayesian', '' ])
	{
		my ($name, $more) = @$method;
		push @rows,
		  {
			id => $name,
			title => "`coefficients(agreement, method => '$name'$more)`",
			prepare => 'DROP TABLE IF EXISTS fourfold;'
			  . ' CREATE UNLOGGED TABLE fourfold AS'
			  . ' SELECT agreement_agg(a) AS a FROM'
			  . ' (SELECT agreement_agg(item, label) AS a FROM labels)'
			  . ' AS once, generate_series(1, 4)',
			sql => "SELECT string_agg(coefficient || ' ' || estimate || ' '"
			  . " || std_error, ', ' ORDER BY coefficient)"
			  . " FROM fourfold, coefficients(a, method => '$name'$more)",
			$name =~ /bootstrap|jackknife/ ? (most_s => 0.5) : ()
		  };
	}
	return {
		title => 'Errors of the five coefficients, as many items as labels',
		rows => \@rows
	};
}

# Accuracy on gold, whole and in moving frames.
sub gold
{
	my @frames;

	foreach my $rows (50, 500, 5000)
	{
		my $before = $rows - 1;
		push @frames,
		  {
			id => "frame $rows",
			title => '`gold_accuracy` over the last '
			  . thousands($rows) . ' rows',
			sql => 'SELECT sum(accuracy) FROM'
			  . ' (SELECT gold_accuracy(label, gold) OVER'
			  . " (ORDER BY item ROWS $before PRECEDING) AS accuracy"
			  . ' FROM labels_small) AS moving',
			against => $rows == 50 ? 'count' : 'frame 50',
			$rows == 50 ? () : (at_most => 1.3)
		  };
	}
	return {
		title => 'Gold',
		cap => 3,
		rows => [
			{
				id => 'floor',
				title => 'floor: touch label, gold',
				sql => 'SELECT floor_agg(label, gold) FROM labels'
			},
			{
				id => 'accuracy',
				title => '`gold_accuracy(label, gold)`',
				sql => 'SELECT gold_accuracy(label, gold) FROM labels',
				against => 'floor',
				at_most => 1.3
			},
			{
				id => 'confusion',
				title => '`accuracy(confusion_agg(label, gold))`',
				sql => 'SELECT accuracy(confusion_agg(label, gold))'
				  . ' FROM labels',
				against => 'floor',
				identical => 'accuracy'
			},
			{
				id => 'count',
				title => '`count(label)` over the last 50 rows, a label a row',
				sql => 'SELECT sum(n) FROM (SELECT count(label) OVER'
				  . ' (ORDER BY item ROWS 49 PRECEDING) AS n'
				  . ' FROM labels_small) AS moving'
			},
			@frames
		]
	};
}

# As many categories as labels.
sub numbers
{
	my ($small) = @_;
	my @sizes = (
		[ 'numbers_eighth', $small / 8 ], [ 'numbers_quarter', $small / 4 ],
		[ 'numbers_half', $small / 2 ], [ 'numbers', $small ]);
	my @rows;
	my @derived;

	foreach my $level ('interval', 'ordinal')
	{
		foreach my $size (@sizes)
		{
			my ($table, $n) = @$size;
			push @rows,
			  {
				id => "$level $table",
				title => "$level alpha of @{[thousands(int $n)]} numbers",
				sql => "SELECT krippendorff_alpha(item, value, '$level')"
				  . " FROM $table"
			  };
		}
		push @derived,
		  {
			title => "$level: seconds over n log n, 8n against n",
			of => 'itself',
			at_most => 2,
			ratio => sub {
				my ($result) = @_;
				die "not measured\n"
				  if grep { !$result->{"$level $_->[0]"} } @sizes;
				my @cost = map {
					$result->{"$level $_->[0]"}{cpu} /
					  ($_->[1] * log $_->[1])
				} @sizes[ 0, -1 ];
				return $cost[1] / $cost[0];
			}
		  };
	}
	return {
		title => 'Distinct numbers: as many categories as labels',
		cap => 3,
		rows => \@rows,
		derived => \@derived
	};
}

# What people use today, the whole path.
sub peers
{
	my ($labels, $small, $text) = @_;
	my $pairs = 'SELECT avg(cohen_kappa) FROM'
	  . ' (SELECT ratings_agg(item, annotator, label) AS r'
	  . ' FROM labels_small) AS design, pairwise_agreement(r)';

	return {
		title => 'Peers',
		cap => 3,
		peers => 1,
		rows => [
			{
				id => 'our alpha',
				title => '`krippendorff_alpha(item, label)`',
				sql => $alpha
			},
			{
				title => "pure SQL alpha, @{[thousands($labels)]} labels",
				id => 'sql alpha',
				sql => $text->('krippendorff_alpha.sql'),
				ours => 'our alpha'
			},
			{
				id => 'our small alpha',
				title => '`krippendorff_alpha(item, label)`',
				sql => 'SELECT krippendorff_alpha(item, label)'
				  . ' FROM labels_small'
			},
			{
				id => 'nltk',
				title => "nltk `alpha`, @{[thousands($small)]} labels",
				script => 'krippendorff_alpha.py',
				needs => 'nltk',
				copy => 'SELECT annotator, item, label FROM labels_small',
				ours => 'our small alpha'
			},
			{
				id => 'our cohen',
				title => '`cohen_kappa(label, gold)`',
				sql => 'SELECT cohen_kappa(label, gold) FROM labels'
			},
			{
				id => 'sklearn',
				title => 'scikit-learn `cohen_kappa_score`,'
				  . " @{[thousands($labels)]} pairs",
				script => 'cohen_kappa.py',
				needs => 'sklearn',
				copy => 'SELECT label, gold FROM labels',
				ours => 'our cohen'
			},
			{
				id => 'sklearn codes',
				title => 'the same, labels made integers by hand',
				script => 'cohen_kappa.py',
				argument => 'codes',
				needs => 'sklearn',
				copy => 'SELECT label, gold FROM labels',
				ours => 'our cohen',
				no_target => 1
			},
			{
				id => 'sql cohen',
				title => 'pure SQL kappa of two columns,'
				  . " @{[thousands($labels)]} pairs",
				sql => $text->('cohen_kappa.sql'),
				ours => 'our cohen'
			},
			{
				id => 'our pairs',
				title => '`pairwise_agreement(ratings_agg(...))`',
				sql => $pairs
			},
			{
				id => 'sql pairs',
				title => 'pure SQL kappa of every pair of annotators,'
				  . " @{[thousands($small)]} labels",
				sql => $text->('pairwise_kappa.sql'),
				ours => 'our pairs'
			},
			{
				id => 'our fleiss',
				title => '`fleiss_kappa(item, label)`',
				sql => 'SELECT fleiss_kappa(item, label) FROM labels_four'
			},
			{
				id => 'statsmodels',
				title => 'statsmodels `fleiss_kappa`, the items of'
				  . " @{[thousands($labels)]} labels that have four",
				script => 'fleiss_kappa.py',
				needs => 'statsmodels',
				copy => 'SELECT item, label FROM labels_four',
				ours => 'our fleiss'
			},
			{
				id => 'statsmodels codes',
				title => 'the same, labels made integers by hand',
				script => 'fleiss_kappa.py',
				argument => 'codes',
				needs => 'statsmodels',
				copy => 'SELECT item, label FROM labels_four',
				ours => 'our fleiss',
				no_target => 1
			}
		]
	};
}

# Models of annotators: 1,000 annotators, five classes.
sub models
{
	my ($small, $text) = @_;
	my $ratings = '(SELECT ratings_agg(item, annotator, label) FROM labels_small)';
	my $fit = sub {
		my ($function, $steps) = @_;
		return 'SELECT log_likelihood FROM gathered,'
		  . " fit($function(r, max_iterations => $steps, tolerance => 1e-300))";
	};
	my $step = sub {
		my ($result, $function) = @_;

		die "not measured\n"
		  if grep { !$result->{"$function $_"} } 1, 11;
		return 1e9 / 10 / $small *
		  ($result->{"$function 11"}{cpu} - $result->{"$function 1"}{cpu});
	};

	return {
		title => 'Models of annotators: 1,000 annotators, five classes',
		rows => [
			{
				id => 'ratings',
				title => '`ratings_agg(item, annotator, label)`,'
				  . " @{[thousands($small)]} labels",
				prepare => 'DROP TABLE IF EXISTS gathered;'
				  . ' CREATE TABLE gathered (r annoqa.ratings);'
				  . ' ALTER TABLE gathered ALTER r SET STORAGE external;'
				  . " INSERT INTO gathered SELECT $ratings",
				sql => "SELECT conger_kappa($ratings) IS NOT NULL"
			},
			(
				map {
					my ($function, $steps) = @$_;
					{
						id => "$function $steps",
						title => "`$function`, steps: $steps",
						sql => $fit->($function, $steps)
					}
				} [ 'dawid_skene', 1 ],
				[ 'dawid_skene', 11 ],
				[ 'one_coin', 1 ],
				[ 'one_coin', 11 ]),
			{
				id => 'path',
				title => '**table to consensus**: `ratings_agg`,'
				  . ' `dawid_skene` of 10 steps, `consensus`',
				sql => 'SELECT count(label) FROM'
				  . " (SELECT $ratings AS r OFFSET 0) AS x,"
				  . ' consensus(r, dawid_skene(r, max_iterations => 10,'
				  . ' tolerance => 1e-300))',
				most_s => 0.7
			},
			{
				id => 'our step',
				title => '`ratings_agg` and `dawid_skene` of one step,'
				  . " prior => 'none'",
				sql => 'SELECT log_likelihood FROM'
				  . " fit((SELECT dawid_skene($ratings, 'none',"
				  . ' max_iterations => 1)))'
			},
			{
				id => 'sql step',
				title => 'one step of EM in pure SQL',
				sql => $text->('dawid_skene.sql'),
				ours => 'our step'
			}
		],
		derived => [
			{
				title => '`dawid_skene`: a label and step',
				of => 'a nanosecond',
				ratio => sub { $step->($_[0], 'dawid_skene') },
				at_most => 25
			},
			{
				title => '`one_coin`: a label and step',
				of => 'a nanosecond',
				ratio => sub { $step->($_[0], 'one_coin') }
			}
		]
	};
}

sub thousands
{
	my ($n) = @_;

	1 while $n =~ s/^(\d+)(\d{3})/$1,$2/;
	return $n;
}

1;
