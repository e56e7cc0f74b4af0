# Every figure of agreement that other packages computed on real labels.
#
# The sets lie outside this repository: in the folder that ANNOQA_ORACLE names,
# or in ../shared/oracle beside it.  Whatever sets are there are walked; what
# is compared follows from the keys of their expected.json.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use Oracle;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $folder = Oracle::folder();
if (!defined $folder)
{
	plan skip_all => 'no folder of reference figures: set ANNOQA_ORACLE to it;'
	  . ' no figure of another package was compared';
}
my @sets = Oracle::sets($folder);
if (!@sets)
{
	plan skip_all => "no sets in \"$folder\":"
	  . ' no figure of another package was compared';
}

my $node = PostgreSQL::Test::Cluster->new('oracle');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', 'fsync = off');
$node->append_conf('postgresql.conf', "search_path = 'public, annoqa'");
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION annoqa');

# Whole set and groups as states: with and without annotators, and with the
# place of each label among the categories, as declared and as sorted, for its
# value.
sub states
{
	my ($set) = @_;
	my $categories = Oracle::text_array(Oracle::categories($set));
	my $sorted = Oracle::text_array(Oracle::sorted_categories($set));
	my ($place, $sorted_place) = map {
		Oracle::categories($set)
		  ? "ratings_agg(item, annotator, array_position($_, label_text))"
		  : 'NULL::ratings'
	} $categories, $sorted;

	return <<"SQL";
DROP TABLE IF EXISTS member, state;
CREATE TABLE member AS
	SELECT '' AS grp, item, annotator, label, label_text, row_number
	FROM labels;
DO \$\$
DECLARE
	key record;
BEGIN
	-- groups.csv: items or annotators, and the group of each
	FOR key IN
		SELECT i.column_name AS id, g.column_name AS grp
		FROM information_schema.columns i, information_schema.columns g
		WHERE i.table_name = 'grouped' AND g.table_name = 'grouped'
			  AND i.column_name IN ('item', 'annotator')
			  AND g.column_name NOT IN ('item', 'annotator', 'row_number')
	LOOP
		EXECUTE format('INSERT INTO member
						SELECT ''group/'' || g.%2\$I || ''/'', item, annotator,
							   label, label_text, labels.row_number
						FROM labels JOIN grouped g USING (%1\$I)',
					   key.id, key.grp);
	END LOOP;
END
\$\$;
CREATE TABLE state AS
	SELECT grp, agreement_agg(item, label) AS a,
		   ratings_agg(item, annotator, label) AS r, $place AS p,
		   $sorted_place AS s
	FROM member GROUP BY grp;
SQL
}

# A query of names and values for each sort of name that is asked for.
sub queries
{
	my ($set, $asked) = @_;
	my $declared = Oracle::needs_categories($set);
	my $categories = Oracle::text_array(Oracle::categories($set));
	my $named = $declared ? ", categories => $categories" : '';
	my $placed = $declared ? ", $categories" : '';
	my %level = map { $_ => 1 } map { m{(?:^|/)alpha/(\w+)} } @$asked;
	my %weights = map { $_ => 1 } map { m{(?:^|/)irrcac/(\w+)/} } @$asked;
	my %pair_weights = map { $_ => 1 } map { m{(?:^|/)(?:pair/.*|two)/(\w+)/} }
	  @$asked;
	my $like = sub { scalar grep { $_ =~ $_[0] } @$asked };
	my @queries;

	foreach my $level (sort keys %level)
	{
		my $name = "grp || 'alpha/$level'";
		# distances of numbers, of labels in an order: of their places
		my $numbers = $declared && $level =~ /^(?:interval|ratio)$/;
		my $label =
		  $numbers ? "array_position($categories, label_text)" : 'label';
		my ($a, $r) = $numbers ? ('agreement(p)', 'p') : ('a', 'r');
		my $place = $numbers ? '' : $placed;
		my $order = $numbers ? '' : $named;

		push @queries,
		  "SELECT $name, krippendorff_alpha(item, $label, '$level'$place)
		   FROM member GROUP BY grp",
		  "SELECT $name, krippendorff_alpha(agreement_agg(v),
											level => '$level'$order)
		   FROM (SELECT grp, votes_agg($label) AS v FROM member
				 GROUP BY grp, item) t GROUP BY grp",
		  "SELECT $name, krippendorff_alpha($a, level => '$level'$order)
		   FROM state",
		  "SELECT $name, krippendorff_alpha($r, level => '$level'$order)
		   FROM state";
		foreach my $state ($a, $r)
		{
			push @queries,
			  "SELECT $name || f.name, f.value
			   FROM state, coefficients($state, level => '$level'$order) c,
					LATERAL (VALUES ('', estimate),
							 ('/observed', observed_disagreement),
							 ('/expected', expected_disagreement))
					f(name, value)
			   WHERE coefficient = 'krippendorff_alpha'";
		}
	}
	foreach my $weights (sort keys %weights)
	{
		my $name = "grp || 'irrcac/$weights/";
		my %aggregate = (
			gwet => $weights eq 'unweighted' && !$declared
			? 'gwet_ac1(item, label)'
			: "gwet_ac2(item, label, '$weights'$placed)",
			map { $_ => "$_(item, label, '$weights'$placed)" }
			  qw(percent_agreement fleiss_kappa brennan_prediger));

		foreach my $state (qw(a r))
		{
			push @queries,
			  "SELECT $name' || regexp_replace(coefficient, '_ac[12]\$', '')
					  || '/' || f.name, f.value
			   FROM state, coefficients($state, weights => '$weights'$named),
					LATERAL (VALUES ('value', estimate),
							 ('std_error', std_error),
							 ('lower', ci_lower), ('upper', ci_upper),
							 ('p', p_value),
							 ('pa', 1 - observed_disagreement),
							 ('pe', 1 - expected_disagreement))
					f(name, value)";
			push @queries,
			  map {
				my $function = $_ eq 'gwet' ? 'gwet_ac2' : $_;
				"SELECT $name$_/value',
						$function($state, weights => '$weights'$named)
				 FROM state"
			  } qw(percent_agreement fleiss_kappa krippendorff_alpha gwet
			  brennan_prediger);
		}
		push @queries,
		  map { "SELECT $name$_/value', $aggregate{$_} FROM member GROUP BY grp" }
		  sort keys %aggregate;
		push @queries,
		  "SELECT ${name}conger_kappa/value',
				  conger_kappa(r, weights => '$weights'$named) FROM state";
	}
	push @queries, pair_queries($set, \%pair_weights, $like)
	  if %pair_weights;
	push @queries,
	  "SELECT grp || 'light', light_kappa(r) FROM state"
	  if $like->(qr{(?:^|/)light$});
	push @queries,
	  "SELECT grp || 'all_equal_percent',
			  100 * avg((agreement = 1)::int::float8)
	   FROM state, item_agreement(r) GROUP BY grp"
	  if $like->(qr{all_equal_percent$});
	push @queries,
	  "SELECT grp || f.name, f.value
	   FROM state, category_agreement(a) c,
			LATERAL (VALUES ('category/' || category || '/kappa', kappa),
					 ('label_counts/' || category, n_labels))
			f(name, value)"
	  if $like->(qr{(?:^|/)(?:category|label_counts)/});
	push @queries, count_query($set);
	push @queries,
	  "SELECT grp || 'icc/' || model || '/' || f.name, f.value
	   FROM state, icc(r),
			LATERAL (VALUES ('icc', icc), ('f', f), ('df1', df1),
					 ('df2', df2), ('p', p_value), ('lower', ci_lower),
					 ('upper', ci_upper)) f(name, value)"
	  if $like->(qr{(?:^|/)icc/});
	foreach my $member (map { m{^member/(.*)} } @$asked)
	{
		push @queries,
		  "SELECT grp || "
		  . Oracle::literal("member/$member")
		  . ", krippendorff_alpha(item, "
		  . Oracle::literal($member)
		  . " = ANY (label)) FROM member GROUP BY grp";
	}
	push @queries, span_queries() if $like->(qr{^span/});
	foreach my $level (map { m{^confidence/(\w+)} } @$asked)
	{
		push @queries,
		  "SELECT 'confidence/$level',
				  krippendorff_alpha(item, confidence::int, '$level')
		   FROM stage";
	}
	push @queries, repeat_queries($set, $placed) if $like->(qr{^repeats/});
	return @queries;
}

# Cohen's kappa of pairs: peers weigh by place, so places stand for values.
sub pair_queries
{
	my ($set, $weights, $like) = @_;
	my $categories = Oracle::text_array(Oracle::categories($set));
	my @queries;

	foreach my $scheme (sort keys %$weights)
	{
		# under weights, agreement is the mean weight
		my $agreement =
		  $scheme eq 'unweighted' ? 'agreement' : 'agreement of weights';
		my $fields =
		  "LATERAL (VALUES ('$scheme/value', cohen_kappa),
					('$scheme/std_error', std_error),
					('$scheme/lower', ci_lower), ('$scheme/upper', ci_upper),
					('n', n_items), ('$agreement', agreement)) f(name, value)";

		push @queries,
		  "SELECT grp || 'pair/'
				  || least(annotator_a::text COLLATE \"C\", annotator_b::text)
				  || '|'
				  || greatest(annotator_a::text COLLATE \"C\",
							  annotator_b::text)
				  || '/' || f.name, f.value
		   FROM state, pairwise_agreement(p, '$scheme'), $fields"
		  if $like->(qr{(?:^|/)pair/});
		push @queries,
		  "SELECT grp || 'two/' || f.name, f.value
		   FROM state, pairwise_agreement(s, '$scheme'), $fields"
		  if $like->(qr{(?:^|/)two/});
		push @queries,
		  "SELECT t.name || f.name, f.value
		   FROM (SELECT a.grp || 'pair/' || a.annotator || '|' || b.annotator
						AS name,
						cohen_kappa(a.label_text, b.label_text, '$scheme',
									$categories) AS kappa,
						confusion_agg(a.label_text, b.label_text) AS c
				 FROM member a JOIN member b
					  ON a.grp = b.grp AND a.item = b.item
						 AND a.annotator COLLATE \"C\" < b.annotator
				 WHERE a.grp || 'pair/' || a.annotator || '|' || b.annotator
					   IN (SELECT name FROM asked)
				 GROUP BY a.grp, a.annotator, b.annotator) t,
				coefficients(c, weights => '$scheme',
							 categories => $categories) r,
				LATERAL (VALUES ('/$scheme/value', kappa),
						 ('/$scheme/value', estimate),
						 ('/$scheme/std_error', std_error),
						 ('/$scheme/lower', ci_lower),
						 ('/$scheme/upper', ci_upper),
						 ('/$scheme/p', p_value)) f(name, value)
		   WHERE coefficient = 'cohen_kappa'"
		  if $like->(qr{(?:^|/)pair/});
	}
	return @queries;
}

sub count_query
{
	my ($set) = @_;
	my $level = $set->{set}{scale} eq 'set' ? ", level => 'jaccard'" : '';

	return "SELECT grp || f.name, f.value
	   FROM state, LATERAL (SELECT * FROM coefficients(r$level) LIMIT 1) c,
			LATERAL (VALUES ('items', n_items), ('labels', n_labels),
					 ('annotators', n_annotators),
					 ('items_with_one_label', n_items - n_pairable_items))
			f(name, value)";
}

# Spans as multiranges; characters one by one; exact spans as sets.
sub span_queries
{
	my $span = "('{' || regexp_replace(translate(label, ';', ','),
				'(\\d+)-(\\d+)', '[\\1,\\2)', 'g') || '}')::int4multirange";

	return (
		"SELECT 'span/observed', observed_disagreement
		 FROM (SELECT agreement_agg(item, $span) AS a FROM labels) t,
			  coefficients(a, level => 'overlap')
		 WHERE coefficient = 'krippendorff_alpha'",
		"SELECT 'span/worst_pair',
				max(abs(1 - coalesce(c.observed_disagreement, 0)
						- p.char_iou::float8))
		 FROM span_pairs p
			  JOIN (SELECT a.item, a.annotator AS a, b.annotator AS b,
						   agreement_agg(a.item, l) AS pair
					FROM (SELECT *, $span AS s FROM labels) a
						 JOIN (SELECT *, $span AS s FROM labels) b
						 USING (item),
						 unnest(ARRAY[a.s, b.s]) l
					GROUP BY 1, 2, 3) t USING (item, a, b),
			  LATERAL coefficients(t.pair, level => 'overlap') c
		 WHERE coefficient = 'krippendorff_alpha'",
		"SELECT 'span/characters', krippendorff_alpha(item || '/' || c, $span @> c)
		 FROM labels
			  JOIN (SELECT item, max(upper($span)) AS last FROM labels
					GROUP BY item) t USING (item),
			  generate_series(0, last - 1) c",
		"SELECT 'span/first_100_items',
				krippendorff_alpha(item, string_to_array(label, ';'), 'jaccard')
		 FROM labels
		 WHERE item IN (SELECT item FROM labels GROUP BY item
						ORDER BY item COLLATE \"C\" LIMIT 100)");
}

# The first label of an annotator to an item, by descending order of arrival;
# and without an order an error where two labels differ.
sub repeat_queries
{
	my ($set, $placed) = @_;
	my $type = Oracle::label_type($set);

	return (
		"SELECT 'repeats/first',
				krippendorff_alpha(ratings_agg(item, annotator, label::$type,
											   -row_number))
		 FROM repeated",
		"CREATE FUNCTION pg_temp.differing() RETURNS int LANGUAGE plpgsql AS
		 'BEGIN
			PERFORM ratings_agg(item, annotator, label) FROM repeated;
			RETURN 0;
		  EXCEPTION WHEN OTHERS THEN
			RETURN 1;
		  END'",
		"SELECT 'repeats/differing', pg_temp.differing()");
}

my %largest;
my $total = 0;
foreach my $set (@sets)
{
	my ($figures, $notes) = Oracle::figures($set);
	my @asked = map { my $name = $_->{name}; utf8::encode($name); $name }
	  @$figures;
	my @pairs = keys %{ { map { m{^(.*pair/.*?\|.*?)/} ? ($1 => 1) : () } @asked } };
	my (%values, %kind, %broken);

	my $script = Oracle::load($set) . states($set);
	$script .= "DROP TABLE IF EXISTS asked, span_pairs;\n"
	  . "CREATE TABLE asked (name text);\n";
	$script .= "INSERT INTO asked VALUES "
	  . join(', ', map { '(' . Oracle::literal($_) . ')' } @pairs) . ";\n"
	  if @pairs;
	$script .= Oracle::load_csv('span_pairs', "$set->{dir}/span_pairs.csv")
	  if -f "$set->{dir}/span_pairs.csv";
	my (undef, $error) = Oracle::values_of($node, $script);
	is($error, '', "$set->{name}: labels load");

	my ($prologue) = ("SET client_min_messages = warning;\n");
	foreach my $query (queries($set, \@asked))
	{
		if ($query =~ /^CREATE/)
		{
			$prologue .= "$query;\n";
			next;
		}
		my ($found, $failed) = Oracle::values_of($node, "$prologue$query;");

		$broken{ "$failed\n" . substr($query, 0, 200) } = 1 if $failed ne '';
		push @{ $values{$_} }, @{ $found->{$_} } foreach keys %$found;
	}
	is(join("\n", sort keys %broken), '', "$set->{name}: queries run");

	# one estimate by every road: aggregate, votes, agreement, ratings
	my @differ;
	foreach my $name (grep { m{(?:^|/)(?:alpha|irrcac)/} } sort keys %values)
	{
		my %distinct = map { $_ => 1 } @{ $values{$name} };
		push @differ, "$name: " . join(', ', sort keys %distinct)
		  if keys %distinct > 1;
	}
	is(join("\n", @differ), '', "$set->{name}: the same bits by every road");

	push @{ $kind{ $_->{kind} } }, $_ foreach @$figures;
	foreach my $kind (sort keys %kind)
	{
		my $n = @{ $kind{$kind} };
		my @wrong = Oracle::compare($kind{$kind}, \%values, \%largest);

		is(join("\n", @wrong), '', "$set->{name}: $n figures, $kind");
	}
	note("$set->{name}: not compared: $_") foreach @$notes;
	cmp_ok(scalar @$figures, '>', 0, "$set->{name}: has figures");
	diag(sprintf '%-24s %5d figures', $set->{name}, scalar @$figures);
	$total += @$figures;
}

diag("$total figures in " . @sets . ' sets');
diag(sprintf 'largest difference, %-14s %.2g  %s', $_, @{ $largest{$_} })
  foreach sort keys %largest;
$node->stop;
done_testing();
