# Oracle.pm
#	Sets of real labels with figures that other packages computed of them.
#
# A set is a folder with labels.csv, set.json and expected.json.  This module
# finds the sets, loads their labels through psql, and turns expected.json into
# a flat list of named figures; what computes them is the caller's affair.
package Oracle;

use strict;
use warnings FATAL => 'all';

use FindBin;
use JSON::PP;
use POSIX ();

# One entry a key of expected.json: it adds figures or says why there are none.
our %figures_of = (
	counts => \&_counts,
	alpha => \&_alpha,
	nltk => \&_nltk,
	irrcac_r => \&_irrcac,
	irrcac_py => \&_irrcac,
	cohen_pairs => \&_cohen_pairs,
	fleiss_statsmodels => \&_fleiss_statsmodels,
	r_extra => \&_r_extra,
	icc => \&_icc,
	icc_one_way_unbalanced => \&_icc_one_way,
	set_alpha => \&_set_alpha,
	binary_alpha_per_label => \&_binary_alpha,
	pairwise_means => \&_pairwise_means,
	spans => \&_spans,
	confidence => \&_confidence,
	repeats => \&_repeats,
	by_group => \&_by_group);

# Keys that hold no figure of agreement.
our %no_figure = map { $_ => 1 } qw(set scale half versions published
  categories_declared categories_used masi_definition time notes);

# Keys of gold, consensus and models: figures of other statistics.  A sub for
# one of them moves it into %figures_of.
our %other_statistic = map { $_ => 1 } qw(consensus gold crowdlab
  numeric_consensus gold_majority_vote);

# The names that peers give to weights and coefficients, and ours.
my %weights = (identity => 'unweighted');
my %coefficient = (
	percent_agreement => 'percent_agreement',
	gwet => 'gwet',
	fleiss => 'fleiss_kappa',
	krippendorff => 'krippendorff_alpha',
	conger => 'conger_kappa',
	brennan_prediger => 'brennan_prediger');

use constant {
	VALUE => 1e-9,
	ERROR => 1e-8,
	ZERO => 1e-12
};

# The folder of all sets, or undef.
sub folder
{
	foreach my $dir ($ENV{ANNOQA_ORACLE},
		"$FindBin::RealBin/../../../shared/oracle")
	{
		return $dir if defined $dir && -d $dir;
	}
	return;
}

# All sets in a folder, smallest first so that a failure is seen early.
sub sets
{
	my ($folder) = @_;
	my @sets;

	foreach my $file (glob("$folder/*/set.json"))
	{
		my ($dir) = $file =~ m{(.*)/};
		my ($name) = $dir =~ m{([^/]*)$};
		my ($labels) = grep { -f $_ } "$dir/labels.csv", "$dir/labels.csv.gz";

		push @sets,
		  {
			name => $name,
			dir => $dir,
			labels => $labels,
			set => _json($file),
			expected => _json("$dir/expected.json")
		  };
	}
	return sort {
		($a->{expected}{counts}{labels} // 0)
		  <=> ($b->{expected}{counts}{labels} // 0)
		  || $a->{name} cmp $b->{name}
	} @sets;
}

sub _json
{
	my ($file) = @_;

	open my $handle, '<:raw', $file or die "cannot read \"$file\": $!";
	local $/;
	return JSON::PP->new->utf8->decode(<$handle>);
}

# A psql script that loads one CSV file as a table of text.
sub load_csv
{
	my ($table, $file, @not_null) = @_;
	my $gzip = $file =~ /\.gz$/;
	my $source = $gzip ? "program 'gzip -dc \"$file\"'" : "'$file'";

	open my $handle, '-|', $gzip ? 'gzip' : 'cat', $gzip ? '-dc' : (), $file
	  or die "cannot read \"$file\": $!";
	my $header = <$handle>;
	{
		# the program may be cut off in the middle
		local $SIG{PIPE} = 'IGNORE';
		close $handle;
	}
	$header =~ s/\s+$//;
	my @columns = map { "\"$_\"" } split /,/, $header;
	my $force =
	  @not_null ? ', force_not_null (' . join(', ', @not_null) . ')' : '';

	return "CREATE TABLE $table (row_number serial, "
	  . join(', ', map { "$_ text" } @columns) . ");\n"
	  . "\\copy $table ("
	  . join(', ', @columns)
	  . ") from $source with (format csv, header$force)\n";
}

sub literal
{
	my ($text) = @_;
	$text =~ s/'/''/g;
	return "'$text'";
}

sub text_array
{
	return 'ARRAY[' . join(', ', map { literal($_) } @_) . ']::text[]';
}

# The categories in their order, as text.
sub categories
{
	my ($set) = @_;
	my $list = $set->{expected}{categories_used}
	  // $set->{expected}{categories_declared} // $set->{set}{categories};
	return map { "$_" } @{ $list // [] };
}

# The same as R sorts the levels of a factor.
sub sorted_categories
{
	my ($set) = @_;
	my $numbers = !grep { !/^-?[0-9]+(?:\.[0-9]+)?$/ } categories($set);
	return sort { $numbers ? $a <=> $b : $a cmp $b } categories($set);
}

# SQL for the labels of a set as the type that its scale asks for.
sub label_type
{
	my ($set) = @_;
	my $scale = $set->{set}{scale};
	my @categories = categories($set);

	return 'text' if $scale eq 'nominal' || $scale eq 'span';
	return 'text[]' if $scale eq 'set';
	return 'text' if grep { !/^-?[0-9]+(?:\.[0-9]+)?$/ } @categories;
	return (grep { /\./ } @categories) ? 'numeric' : 'int';
}

# Is the order of the categories told by nothing but their declaration?
sub needs_categories
{
	my ($set) = @_;
	return $set->{set}{scale} =~ /^(?:ordinal|interval)$/
	  && label_type($set) eq 'text';
}

# A psql script that makes the table labels (item, annotator, label, grp).
sub load
{
	my ($set) = @_;
	my $type = label_type($set);
	my $empty = $set->{set}{scale} =~ /^(?:set|span)$/;
	my $label =
	  $type eq 'text[]' ? "string_to_array(label, '|')" : "label::$type";
	my $script = "SET client_min_messages = warning;\n"
	  . "DROP TABLE IF EXISTS stage, labels, grouped, repeated;\n"
	  . load_csv('stage', $set->{labels}, $empty ? ('label') : ());

	$script .= "CREATE TABLE labels AS SELECT row_number, item, annotator, "
	  . "$label AS label, label AS label_text FROM stage;\n";
	if (-f "$set->{dir}/groups.csv")
	{
		$script .= load_csv('grouped', "$set->{dir}/groups.csv");
	}
	foreach my $file (glob("$set->{dir}/labels_with_repeats.csv*"))
	{
		$script .= load_csv('repeated', $file);
	}
	return $script . "ANALYZE labels;\n";
}

# All figures of a set: kind, name, wanted value and tolerance; and what of
# expected.json is left out, with the reason.
sub figures
{
	my ($set) = @_;
	my $to = { figures => [], notes => [], set => $set };

	foreach my $key (sort keys %{ $set->{expected} })
	{
		next if $no_figure{$key} || $key =~ /^file_/;
		if (my $add = $figures_of{$key})
		{
			$add->($to, $set->{expected}{$key}, $key, '',
				$set->{expected});
		}
		else
		{
			_note($to, $other_statistic{$key}
				? "$key: no figure of agreement"
				: "$key: a key that is not known");
		}
	}
	return ($to->{figures}, $to->{notes});
}

sub _add
{
	my ($to, $kind, $name, $want, $tolerance, $relative) = @_;

	$tolerance *= abs($want)
	  if $relative && defined $want && abs($want) > 1;
	push @{ $to->{figures} },
	  {
		kind => $kind,
		name => $name,
		want => $want,
		tolerance => $tolerance
	  };
	return;
}

sub _note
{
	my ($to, $text) = @_;
	push @{ $to->{notes} }, $text;
	return;
}

# An error, and bounds made of it: none of them where the variance is 0.
sub _add_error
{
	my ($to, $kind, $name, $error, $lower, $upper) = @_;
	my $none = !defined $error || abs($error) < ZERO;

	_add($to, $kind, "$name/std_error", $none ? undef : $error, ERROR);
	return if !defined $lower && !defined $upper && !$none;
	_add($to, $kind, "$name/lower", $none ? undef : _clip($lower), ERROR);
	_add($to, $kind, "$name/upper", $none ? undef : _clip($upper), ERROR);
	return;
}

sub _clip
{
	my ($x) = @_;
	return $x < -1 ? -1 : $x > 1 ? 1 : $x;
}

# An infinite or missing number in the peer's output.
sub _number
{
	my ($x) = @_;
	return
	  defined $x && !ref $x && $x =~ /^-?[0-9.]+(?:e[-+]?[0-9]+)?$/i
	  ? 0 + $x
	  : undef;
}

sub _counts
{
	my ($to, $counts, $key, $prefix) = @_;

	foreach my $name (qw(items annotators labels items_with_one_label))
	{
		_add($to, 'counts', "$prefix$name", $counts->{$name}, 0)
		  if defined $counts->{$name};
	}
	foreach my $category (sort keys %{ $counts->{label_counts} // {} })
	{
		_add($to, 'counts', "${prefix}label_counts/$category",
			$counts->{label_counts}{$category}, 0);
	}
	return;
}

sub _alpha
{
	my ($to, $alpha, $key, $prefix) = @_;

	foreach my $level (sort keys %$alpha)
	{
		my $figure = $alpha->{$level};
		my $value =
		  ref $figure ? $figure->{own_definition} // $figure->{value} : $figure;

		my $name = "${prefix}alpha/$level";

		_add($to, 'alpha', $name, _number($value), VALUE);
		next unless ref $figure;
		_add($to, 'alpha', "$name/observed", $figure->{Do}, VALUE, 1)
		  if defined $figure->{Do};
		_add($to, 'alpha', "$name/expected", $figure->{De}, VALUE, 1)
		  if defined $figure->{De};
	}
	return;
}

sub _nltk
{
	my ($to, $nltk, $key, $prefix, $all) = @_;
	my %name = (
		nominal => 'alpha/nominal',
		ordinal => 'alpha/ordinal',
		interval => 'alpha/interval',
		ratio => 'alpha/ratio');

	%name = (
		%name,
		avg_observed_agreement => 'irrcac/unweighted/percent_agreement/value',
		multi_kappa_davies_fleiss => 'irrcac/unweighted/conger_kappa/value',
		pi_siegel_castellan => 'irrcac/unweighted/fleiss_kappa/value',
		S_bennett => 'irrcac/unweighted/brennan_prediger/value',
		avg_pairwise_cohen => 'light')
	  if $all->{counts}{complete};

	foreach my $peer (sort keys %$nltk)
	{
		if (my $name = $name{$peer})
		{
			_add($to, 'nltk', "$prefix$name", _number($nltk->{$peer}), VALUE);
		}
		else
		{
			_note($to, "nltk $peer: another estimator on this design");
		}
	}
	return;
}

# irrCAC for R is by the author of the methods and decides; that for Python
# stands in where R was not run.
sub _irrcac
{
	my ($to, $irrcac, $key, $prefix, $all) = @_;
	my $is_r = $key eq 'irrcac_r';
	my $missing = !$all->{counts}{complete};

	foreach my $scheme (sort keys %$irrcac)
	{
		my $weights = $weights{$scheme} // $scheme;
		my $table = $irrcac->{$scheme};

		next if ref $table ne 'HASH';
		next if !$is_r && $all->{irrcac_r}{$scheme};
		foreach my $peer (sort keys %$table)
		{
			my $coefficient = $coefficient{$peer};
			my $figure = $table->{$peer};
			my $alpha = $peer eq 'krippendorff';
			my $name = "${prefix}irrcac/$weights/" . ($coefficient // '');

			if (!$coefficient || ref $figure ne 'HASH')
			{
				_note($to, "$key $scheme $peer: not a coefficient of ours");
				next;
			}
			my $value = _number($figure->{value});
			_add($to, 'irrcac', "$name/value", $value, VALUE);
			if (!$alpha && $peer ne 'percent_agreement')
			{
				foreach my $part (qw(pa pe))
				{
					_add($to, 'irrcac', "$name/$part",
						_number($figure->{$part}), VALUE)
					  if defined $figure->{$part};
				}
			}
			if ($alpha && $missing && !$is_r)
			{
				_note($to, "$key $scheme $peer: error with missing labels"
					  . ' is another one in Python');
				next;
			}
			next unless exists $figure->{se};
			my $error = _number($figure->{se});
			my $ci = $figure->{ci95};
			my $none = !defined $error || abs($error) < ZERO;
			_add_error($to, 'irrcac errors', $name, $error,
				$ci ? ($ci->[0], $ci->[1]) : ());
			my $p = _number($figure->{p_value_one_sided});
			my $one_sided = defined $p;
			$p = _number($figure->{p_value}) unless $one_sided;
			$one_sided ||= $peer eq 'brennan_prediger';
			next if !defined $p || $none || $peer eq 'percent_agreement';
			if ($one_sided)
			{
				$p = 2 * ($p < 0.5 ? $p : 1 - $p);
			}
			_add($to, 'irrcac errors', "$name/p", $p, ERROR);
		}
	}
	return;
}

sub _cohen_pairs
{
	my ($to, $pairs, $key, $prefix) = @_;
	my %field = (
		unweighted => [ 'kappa', 'statsmodels' ],
		linear => [ 'kappa_linear', 'statsmodels_linear' ],
		quadratic => [ 'kappa_quadratic', 'statsmodels_quadratic' ]);

	foreach my $pair (@$pairs)
	{
		my $who = "${prefix}pair/" . join('|', sort $pair->{a}, $pair->{b});

		_add($to, 'cohen', "$who/n", $pair->{n}, 0);
		_add($to, 'cohen', "$who/agreement", $pair->{percent_agreement},
			VALUE);
		foreach my $weights (sort keys %field)
		{
			my ($value, $errors) = map { $pair->{$_} } @{ $field{$weights} };

			next unless exists $pair->{ $field{$weights}[0] };
			_add($to, 'cohen', "$who/$weights/value", _number($value),
				VALUE);
			next unless $errors;
			my $error = _number($errors->{std_kappa});
			# an error without a kappa is an error of nothing
			$error = undef unless defined _number($value);
			_add_error($to, 'cohen errors', "$who/$weights", $error,
				_number($errors->{kappa_low}),
				_number($errors->{kappa_upp}));
			my $z = _number($errors->{z_value});
			_add($to, 'cohen errors', "$who/$weights/p",
				POSIX::erfc(abs($z) / sqrt(2)), ERROR)
			  if defined $z && $error;
		}
	}
	return;
}

sub _fleiss_statsmodels
{
	my ($to, $figure, $key, $prefix) = @_;

	_add($to, 'statsmodels', "${prefix}irrcac/unweighted/fleiss_kappa/value",
		_number($figure->{value}), VALUE);
	_add($to, 'statsmodels',
		"${prefix}irrcac/unweighted/brennan_prediger/value",
		_number($figure->{randolph}), VALUE)
	  if defined $figure->{randolph};
	return;
}

sub _r_extra
{
	my ($to, $extra, $key, $prefix) = @_;
	my %simple = (
		fleiss => 'irrcac/unweighted/fleiss_kappa/value',
		fleiss_exact_conger => 'irrcac/unweighted/conger_kappa/value',
		light => 'light',
		irr_kappa2 => 'two/unweighted/value',
		all_equal_percent => 'all_equal_percent');
	my %vcd = (
		unweighted => 'unweighted',
		weighted_equal_spacing => 'linear',
		weighted_fleiss_cohen => 'quadratic');

	foreach my $peer (sort keys %simple)
	{
		_add($to, 'irr', "$prefix$simple{$peer}",
			_number($extra->{$peer}{value}), VALUE)
		  if $extra->{$peer};
	}
	my $category = $extra->{fleiss} && $extra->{fleiss}{per_category};
	foreach my $name (sort keys %{ $category // {} })
	{
		_add($to, 'irr', "${prefix}category/$name/kappa",
			_number($category->{$name}{kappa}), VALUE);
	}
	foreach my $peer (sort keys %vcd)
	{
		my $figure = $extra->{vcd} && $extra->{vcd}{$peer} or next;

		_add($to, 'vcd', "${prefix}two/$vcd{$peer}/value",
			_number($figure->{value}), VALUE);
		_add_error($to, 'vcd', "${prefix}two/$vcd{$peer}",
			_number($figure->{ase}));
	}
	_psych($to, $extra->{psych}, $prefix) if $extra->{psych};
	foreach my $peer (sort keys %$extra)
	{
		next if $simple{$peer} || $peer =~ /^(?:vcd|psych|versions)$/;
		_note($to, "r_extra $peer: not a statistic of ours");
	}
	_note($to, 'r_extra statistic, z and p of irr: under a null error');
	return;
}

sub _psych
{
	my ($to, $psych, $prefix) = @_;

	_add($to, 'psych', "${prefix}two/unweighted/value",
		_number($psych->{kappa}), VALUE)
	  if defined $psych->{kappa};
	_add($to, 'psych', "${prefix}two/quadratic/value",
		_number($psych->{weighted_kappa_quadratic}), VALUE)
	  if defined $psych->{weighted_kappa_quadratic};
	foreach my $row (@{ $psych->{confid} // [] })
	{
		next unless $row->{_row} eq 'unweighted kappa';
		_add_error($to, 'psych', "${prefix}two/unweighted",
			sqrt($psych->{var_kappa}),
			_number($row->{lower}), _number($row->{upper}));
	}
	_note($to, 'r_extra psych var_weighted: another variance than that of'
		  . ' Fleiss, Cohen and Everitt, which vcd has');
	return;
}

sub _icc
{
	my ($to, $icc, $key, $prefix) = @_;

	foreach my $row (@{ $icc->{rows} // [] })
	{
		my ($form, $k) = $row->{type} =~ /^ICC([123])(k?)$/ or next;
		my $name = "${prefix}icc/ICC($form," . ($k || 1) . ')';

		_add($to, 'icc', "$name/icc", _number($row->{ICC}), VALUE);
		_add($to, 'icc', "$name/f", _number($row->{F}), VALUE, 1);
		_add($to, 'icc', "$name/df1", _number($row->{df1}), VALUE, 1);
		_add($to, 'icc', "$name/df2", _number($row->{df2}), VALUE, 1);
		_add($to, 'icc', "$name/p", _number($row->{p}), ERROR);
		_add($to, 'icc', "$name/lower", _number($row->{lower}), ERROR);
		_add($to, 'icc', "$name/upper", _number($row->{upper}), ERROR);
	}
	return;
}

sub _icc_one_way
{
	my ($to, $icc, $key, $prefix) = @_;

	_add($to, 'icc', "${prefix}icc/ICC(1,1)/icc", _number($icc->{ICC1}),
		VALUE);
	_add($to, 'icc', "${prefix}icc/ICC(1,1)/f", $icc->{MSB} / $icc->{MSW},
		VALUE, 1)
	  if $icc->{MSB} && $icc->{MSW};
	return;
}

sub _set_alpha
{
	my ($to, $alpha, $key, $prefix) = @_;

	foreach my $distance (sort keys %$alpha)
	{
		my $level = $distance eq 'identity' ? 'nominal' : $distance;
		my $figure = $alpha->{$distance};

		_add($to, 'set alpha', "${prefix}alpha/$level",
			_number($figure->{own_definition} // $figure->{value}), VALUE);
	}
	return;
}

sub _binary_alpha
{
	my ($to, $alpha, $key, $prefix) = @_;

	foreach my $member (sort keys %$alpha)
	{
		my $figure = $alpha->{$member};

		_add($to, 'set alpha', "${prefix}member/$member",
			_number($figure->{own_definition} // $figure->{value}), VALUE);
	}
	return;
}

# Means over pairs of labels are means of what is observed where every item
# has as many labels as the next.
sub _pairwise_means
{
	my ($to, $means, $key, $prefix, $all) = @_;
	my $per_item = $all->{counts}{labels_per_item};

	if ($per_item->{min} != $per_item->{max})
	{
		_note($to, 'pairwise_means: no mean of ours weighs pairs equally here');
		return;
	}
	foreach my $level (qw(jaccard masi))
	{
		my $mean = _number($means->{"${level}_similarity"});
		_add($to, 'set alpha', "${prefix}alpha/$level/observed", 1 - $mean,
			VALUE)
		  if defined $mean;
	}
	_add($to, 'set alpha', "${prefix}alpha/nominal/observed",
		1 - $means->{exact_match}, VALUE)
	  if defined $means->{exact_match};
	return;
}

sub _spans
{
	my ($to, $spans, $key, $prefix, $all) = @_;
	my $per_item = $all->{counts}{labels_per_item};
	my $alpha = $spans->{char_binary_alpha};
	my $first = $spans->{span_set_jaccard_alpha_first_100_items};

	if ($spans->{file_pairs})
	{
		_add($to, 'spans', "${prefix}span/worst_pair", 0, VALUE);
	}
	if (defined $spans->{mean_char_iou}
		&& $per_item->{min} == $per_item->{max})
	{
		_add($to, 'spans', "${prefix}span/observed",
			1 - $spans->{mean_char_iou}, VALUE);
	}
	_add($to, 'spans', "${prefix}span/characters",
		_number($alpha->{own_definition} // $alpha->{value}), VALUE)
	  if $alpha;
	_add($to, 'spans', "${prefix}span/first_100_items",
		_number($first->{value}), VALUE)
	  if $first;
	_note($to, 'spans, exact and overlapping spans: matching of several'
		  . ' objects, not agreement of labels');
	return;
}

sub _confidence
{
	my ($to, $confidence, $key, $prefix) = @_;

	foreach my $level (sort keys %{ $confidence->{alpha} // {} })
	{
		my $figure = $confidence->{alpha}{$level};

		_add($to, 'confidence', "${prefix}confidence/$level",
			_number($figure->{own_definition} // $figure->{value}), VALUE);
	}
	return;
}

# The labels are the first of each annotator and item among the repeats.
sub _repeats
{
	my ($to, $repeats, $key, $prefix, $all) = @_;

	if ($all->{alpha}{nominal})
	{
		_add($to, 'repeats', "${prefix}repeats/first",
			$all->{alpha}{nominal}{own_definition}, VALUE);
	}
	_add($to, 'repeats', "${prefix}repeats/differing",
		$repeats->{pairs_repeated_with_different_labels} ? 1 : 0, 0);
	_note($to, 'repeats, consensus over them: not agreement');
	return;
}

# The figures of each group, under the group's name.
sub _by_group
{
	my ($to, $groups, $key, $prefix, $all) = @_;

	foreach my $group (sort keys %$groups)
	{
		my $inside = $groups->{$group};
		my %table;

		next if ref $inside ne 'HASH';
		if (!grep { $figures_of{$_} || $coefficient{$_} || /^alpha_/ }
			keys %$inside)
		{
			# a column of groups.csv, and below it its groups
			_by_group($to, $inside, $key, $prefix, $all);
			next;
		}
		foreach my $name (sort keys %$inside)
		{
			my $figure = $inside->{$name};
			my $add = $figures_of{$name};

			next if $name eq 'by_group' || $no_figure{$name};
			if ($add)
			{
				$add->($to, $figure, $name, "group/$group/", $inside);
			}
			elsif (my ($level) = $name =~ /^alpha_(\w+)$/)
			{
				_alpha($to, { $level => $figure }, 'alpha', "group/$group/");
			}
			elsif ($coefficient{$name})
			{
				$table{$name} = ref $figure ? $figure : { value => $figure };
			}
			else
			{
				_note($to, "by_group $name: not compared");
			}
		}
		_irrcac($to, { identity => \%table }, 'irrcac_r', "group/$group/",
			{ counts => {} })
		  if %table;
	}
	return;
}

# Run SQL that returns rows of name and value: name => [ values ].
sub values_of
{
	my ($node, $sql) = @_;
	my ($out, $error) = ('', '');
	my %values;

	$node->psql(
		'postgres', $sql,
		stdout => \$out,
		stderr => \$error,
		on_error_stop => 1,
		extra_params => [ '-q', '-A', '-t' ]);
	foreach my $line (split /\n/, $out)
	{
		my ($name, $value) = $line =~ /^(.*)\|([^|]*)$/ or next;
		push @{ $values{$name} }, $value;
	}
	$error = join "\n", grep { /ERROR|HINT|DETAIL|FATAL|psql/ }
	  split /\n/, $error;
	return (\%values, $error);
}

# Compare the figures of one kind; returns how many, and what is wrong.
sub compare
{
	my ($figures, $values, $largest) = @_;
	my @wrong;

	foreach my $figure (@$figures)
	{
		my $name = $figure->{name};
		utf8::encode($name);
		my $got = $values->{$name};

		if (!$got)
		{
			push @wrong, "$name: no value";
			next;
		}
		foreach my $value (@$got)
		{
			my $difference = difference($figure, $value);

			if (!defined $difference)
			{
				push @wrong, sprintf('%s: got %s, wanted %s', $name,
					$value eq '' ? 'NULL' : $value,
					$figure->{want} // 'NULL');
				next;
			}
			$difference /= abs($figure->{want})
			  if defined $figure->{want} && abs($figure->{want}) > 1;
			$largest->{ $figure->{kind} } = [ $difference, $name ]
			  if $difference > ($largest->{ $figure->{kind} }[0] // -1);
		}
	}
	return @wrong;
}

# How far a value is from the figure wanted; undef when it will not do.
sub difference
{
	my ($figure, $got) = @_;
	my $want = $figure->{want};
	my $none = !defined $got || $got eq '';

	return $none ? 0 : undef unless defined $want;
	return if $none || $got =~ /nan|inf/i;
	my $difference = abs($got - $want);
	return $difference <= $figure->{tolerance} ? $difference : undef;
}

1;
