# The library against the second implementation in ../data/reference.sql.
#
# First the second implementation is itself held against the figures of other
# packages, where they are at hand; then the library against it on random
# designs; then the library against itself: one result by every road.

use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use Oracle;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('reference');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', 'fsync = off');
$node->append_conf('postgresql.conf', "search_path = 'public, annoqa'");
# the second implementation is many short queries that look long to the planner
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;
$node->safe_psql('postgres', 'SET client_min_messages = warning; '
	  . slurp_file("$FindBin::RealBin/../data/reference.sql"));

# Values of the second implementation under the names of Oracle.pm.
sub reference_queries
{
	my ($set, $asked) = @_;
	my $categories = Oracle::text_array(Oracle::categories($set));
	my $sorted = Oracle::text_array(Oracle::sorted_categories($set));
	my $score =
	  Oracle::label_type($set) eq 'text'
	  ? "(SELECT array_agg(n::float8) FROM unnest($categories)
		  WITH ORDINALITY c(t, n))"
	  : "$categories\::float8[]";
	my %level = map { $_ => 1 } map { m{^alpha/(\w+)} } @$asked;
	my %weights = map { $_ => 1 } map { m{^irrcac/(\w+)/} } @$asked;
	my $conger = grep { m{/conger_kappa/} } @$asked;
	my @queries;

	push @queries, <<"SQL";
CREATE TABLE design AS
	SELECT array_agg((i, a, array_position($categories, label_text))
					 ::reference.rating) AS r,
		   array_agg((i, a, array_position($sorted, label_text))
					 ::reference.rating) AS sorted,
		   $score AS score,
		   (SELECT array_agg(n::float8) FROM unnest($categories)
			WITH ORDINALITY c(t, n)) AS place
	FROM (SELECT *, dense_rank() OVER (ORDER BY item) AS i,
				 dense_rank() OVER (ORDER BY annotator) AS a
		  FROM labels) t
SQL
	foreach my $level (sort keys %level)
	{
		push @queries,
		  "SELECT 'alpha/$level' || name, value
		   FROM design, reference.level('$level', score, r) w,
				reference.alpha(r, w) a,
				LATERAL (VALUES ('', estimate), ('/observed', observed),
						 ('/expected', expected)) f(name, value)";
	}
	foreach my $weights (sort keys %weights)
	{
		push @queries,
		  "SELECT 'irrcac/$weights/' || coefficient || '/' || name, value
		   FROM design, reference.weights('$weights', score) w,
				reference.coefficients(r, w) c,
				LATERAL (VALUES ('value', estimate), ('pa', pa), ('pe', pe),
						 ('std_error', nullif(greatest(linearised, 1e-12),
											  1e-12)))
				f(name, value)",
		  "SELECT 'irrcac/$weights/krippendorff_alpha/' || name, value
		   FROM design, reference.weights('$weights', score) w,
				LATERAL (VALUES ('value', (reference.alpha(r, w)).estimate),
						 ('std_error', reference.alpha_error(r, w)))
				f(name, value)";
		push @queries,
		  "SELECT 'irrcac/$weights/conger_kappa/' || name, value
		   FROM design, reference.weights('$weights', score) w,
				reference.conger(r, w) c,
				LATERAL (VALUES ('value', estimate), ('pa', pa), ('pe', pe),
						 ('std_error', std_error))
				f(name, value)"
		  if $conger;
	}
	foreach my $weights (qw(unweighted linear quadratic))
	{
		push @queries,
		  "SELECT p.name || f.name, value
		   FROM (SELECT prefix || a.annotator || '|' || b.annotator || '/'
						AS name,
						array_agg(array_position($categories, a.label_text)) x,
						array_agg(array_position($categories, b.label_text)) y
				 FROM labels a JOIN labels b
					  ON a.item = b.item AND a.annotator < b.annotator
					  CROSS JOIN (VALUES ('pair/')) f(prefix)
				 WHERE 'pair/' || a.annotator || '|' || b.annotator
					   IN (SELECT name FROM asked)
				 GROUP BY prefix, a.annotator, b.annotator) p,
				design, reference.weights('$weights', place) w,
				reference.cohen(x, y, w) c,
				LATERAL (VALUES ('$weights/value', kappa), ('n', n),
						 ('agreement', agreement),
						 ('$weights/std_error',
						  CASE WHEN std_error > 1e-9 THEN std_error END))
				f(name, value)"
		  if grep { m{^pair/.*/$weights/} } @$asked;
		push @queries,
		  "SELECT 'two/' || name, value
		   FROM design, reference.weights('$weights', place) w,
				reference.pairwise(sorted, w) c,
				LATERAL (VALUES ('$weights/value', kappa),
						 ('$weights/std_error', std_error)) f(name, value)"
		  if grep { m{^two/$weights/} } @$asked;
	}
	push @queries,
	  "SELECT 'light', reference.light(r, reference.weights('unweighted', score))
	   FROM design"
	  if grep { $_ eq 'light' } @$asked;
	push @queries,
	  "SELECT name, value
	   FROM design, reference.category_agreement(r, cardinality(score)) c,
			LATERAL (VALUES ('category/' || ($categories)[category] || '/kappa',
							 kappa),
					 ('label_counts/' || ($categories)[category], n_labels))
			f(name, value)"
	  if grep { m{^(?:category|label_counts)/} } @$asked;
	push @queries,
	  "SELECT 'icc/' || model || '/icc', icc
	   FROM (SELECT array_agg(i) AS i, array_agg(a) AS a, array_agg(x) AS x
			 FROM (SELECT (u).item AS i, (u).annotator AS a,
						  score[(u).label] AS x
				   FROM design, unnest(r) u) t) t,
			reference.icc(i, a, x)"
	  if grep { m{^icc/} } @$asked;
	push @queries,
	  "SELECT 'all_equal_percent', 100 * avg((agreement = 1)::int::float8)
	   FROM design, reference.item_agreement(r)"
	  if grep { $_ eq 'all_equal_percent' } @$asked;
	return @queries;
}

my $folder = Oracle::folder();
SKIP:
{
	skip 'no folder of reference figures: set ANNOQA_ORACLE to it;'
	  . ' the second implementation is not itself proven here', 1
	  if !defined $folder;

	my %largest;
	my $total = 0;
	foreach my $set (Oracle::sets($folder))
	{
		next if $set->{set}{scale} !~ /^(?:nominal|ordinal|interval)$/;
		my ($figures) = Oracle::figures($set);
		my @figures = grep {
			$_->{name} =~ m{^(?:alpha|irrcac|pair|two|category|label_counts)/
							|^(?:light|all_equal_percent)$
							|^icc/.*/icc$}x
			  && $_->{name} !~ m{^(?!alpha).*/(?:lower|upper|p)$}
		} @$figures;
		my @asked = map { my $name = $_->{name}; utf8::encode($name); $name }
		  @figures;
		my @pairs = keys
		  %{ { map { m{^(pair/.*?\|.*?)/} ? ($1 => 1) : () } @asked } };
		my (%values, @broken);

		my (undef, $failed) = Oracle::values_of($node, Oracle::load($set)
			  . "DROP TABLE IF EXISTS asked, design;\n"
			  . "CREATE TABLE asked (name text);\n"
			  . join('', map {
				'INSERT INTO asked VALUES (' . Oracle::literal($_) . ");\n"
			  } @pairs));
		push @broken, $failed if $failed ne '';
		foreach my $query (reference_queries($set, \@asked))
		{
			(my $found, $failed) = Oracle::values_of($node, "$query;");
			push @broken, "$failed\n$query" if $failed ne '';
			push @{ $values{$_} }, @{ $found->{$_} } foreach keys %$found;
		}
		is(join("\n", @broken), '', "$set->{name}: second implementation runs");
		my @wrong = Oracle::compare(\@figures, \%values, \%largest);
		is(join("\n", @wrong), '', "$set->{name}: second implementation, "
			  . @figures . ' figures of other packages');
		$total += @figures;
	}
	diag("second implementation: $total figures of other packages");
	diag(sprintf 'largest difference, %-14s %.2g  %s', $_, @{ $largest{$_} })
	  foreach sort keys %largest;
}


# Random designs: numbers whose values are not their places, text with and
# without declared categories, an enum and booleans; unlabeled cells, labels
# that are NULL, items with one label, annotators alone, one category.
my $designs = $ENV{ANNOQA_DESIGNS} || 300;
my $small = int(($designs + 4) / 5);	# for what takes pairs of annotators
my $least = int(($designs + 11) / 12);	# for what leaves out each item in turn
my $words = "ARRAY['delta', 'alpha', 'golf', 'bravo', 'echo', 'charlie',
				   'foxtrot']";

$node->safe_psql('postgres', <<"SQL");
SET client_min_messages = warning;
DROP TABLE IF EXISTS stage, labels, grouped, repeated, asked, design;
CREATE EXTENSION annoqa;
CREATE TYPE phonetic AS ENUM ('delta', 'alpha', 'golf', 'bravo', 'echo',
							  'charlie', 'foxtrot');

-- a number in [0, 1) for these keys: the same on every run and every server
CREATE FUNCTION draw(d int, i int, j int, what int) RETURNS float8
LANGUAGE sql IMMUTABLE AS
'SELECT (hashint8extended((d::int8 * 1000 + i) * 1000 + j, what) & 2147483647)
		/ 2147483648.0::float8';

CREATE TABLE spec AS
	SELECT d,
		   CASE WHEN d % 25 = 1 THEN 1 ELSE 2 + floor(7 * draw(d, 0, 0, 1))::int
		   END AS annotators,
		   CASE WHEN d % 20 = 2 THEN 1 ELSE 2 + floor(6 * draw(d, 0, 0, 2))::int
		   END AS q,
		   CASE WHEN d <= $small THEN 3 + floor(13 * draw(d, 0, 0, 3))::int
				ELSE 3 + floor(58 * draw(d, 0, 0, 3))::int END AS items,
		   CASE WHEN d % 4 = 3 THEN 0 ELSE draw(d, 0, 0, 4) / 2 END AS missing,
		   0.2 + 0.8 * draw(d, 0, 0, 5) AS accuracy,
		   1 + 3 * draw(d, 0, 0, 6) AS skew
	FROM generate_series(1, $designs) d;

CREATE TABLE labels AS
	SELECT *, (ARRAY[1, 2, 5, 6, 8, 12, 20])[code] AS as_int,
		   ($words)[code] AS as_text, ($words)[code]::phonetic AS as_enum,
		   code % 2 = 0 AS as_boolean
	FROM (SELECT d, item, annotator,
				 CASE WHEN draw(d, item, annotator, 7) < 0.04 THEN NULL
				 ELSE 1 + floor(q * CASE
					WHEN draw(d, item, annotator, 8) < accuracy
					THEN draw(d, item, 0, 9) ^ skew
					ELSE draw(d, item, annotator, 10) ^ skew END)::int
				 END AS code
		  FROM spec, generate_series(1, items) item,
			   generate_series(1, annotators) annotator
		  -- some designs have an item with one label, whatever else is missing
		  WHERE draw(d, item, annotator, 11) >= missing
				AND (d % 5 <> 4 OR item > 2 OR annotator = 1)) t;
ALTER TABLE labels SET (parallel_workers = 4);
ANALYZE labels;
SQL

# How labels are told: as which column, with which categories declared, what
# their codes and scores then are, and which weights make sense.
my @all = qw(unweighted linear quadratic ordinal radical ratio);
my %telling = (
	numbers => {
		column => 'as_int',
		code => 'dense_rank() OVER (PARTITION BY d ORDER BY as_int)',
		score => 'array_agg(DISTINCT as_int::float8 ORDER BY as_int::float8)
				  FILTER (WHERE as_int IS NOT NULL)',
		weights => \@all,
		levels => [qw(nominal ordinal interval ratio)]
	},
	'numbers in declared order' => {
		column => 'as_int',
		declared => "(ARRAY['1', '2', '5', '6', '8', '12', '20'])[:q]",
		code => 'code',
		score => 'array(SELECT generate_series(1, max(q))::float8)',
		weights => \@all,
		levels => []
	},
	text => {
		column => 'as_text',
		code => 'dense_rank() OVER (PARTITION BY d ORDER BY as_text COLLATE "C")',
		score => 'array(SELECT generate_series(1, count(DISTINCT as_text))
						::float8)',
		weights => ['unweighted'],
		levels => ['nominal']
	},
	'declared text' => {
		column => 'as_text',
		declared => "($words)[:q]",
		code => 'code',
		score => 'array(SELECT generate_series(1, max(q))::float8)',
		weights => [ @all, 'circular', 'bipolar' ],
		levels => [qw(nominal ordinal circular polar)]
	},
	enum => {
		column => 'as_enum',
		code => 'code',
		score => 'array(SELECT generate_series(1, 7)::float8)',
		weights => \@all,
		levels => [qw(nominal ordinal)]
	},
	boolean => {
		column => 'as_boolean',
		code => 'code % 2 + 1',
		score => "'{1,2}'::float8[]",
		weights => [qw(unweighted linear)],
		levels => ['nominal']
	});
# false comes before true
$telling{boolean}{code} = '2 - code % 2';

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE states (telling text, d int, a agreement, r ratings);
CREATE TABLE designs (telling text, d int, r reference.rating[],
					  score float8[]);
SQL
foreach my $name (sort keys %telling)
{
	my $t = $telling{$name};

	$node->safe_psql('postgres', <<"SQL");
INSERT INTO states
	SELECT '$name', d, agreement_agg(item, $t->{column}),
		   ratings_agg(item, annotator, $t->{column})
	FROM labels GROUP BY d;
INSERT INTO designs
	SELECT '$name', d,
		   array_agg((item, annotator,
					  CASE WHEN code IS NOT NULL THEN rank END)
					 ::reference.rating),
		   $t->{score}
	FROM (SELECT *, $t->{code} AS rank FROM labels JOIN spec USING (d)) t
	GROUP BY d;
SQL
}
$node->safe_psql('postgres', 'ANALYZE states; ANALYZE designs;
	CREATE INDEX ON states (telling, d); CREATE INDEX ON designs (telling, d)');

my $figures = 0;

# A query of (what, ours, theirs): equal to 1e-9, or both undefined.  What ends
# in "error" is equal to 1e-8, and an error of 0 is none.
sub meets
{
	my ($name, $sql) = @_;
	my $test = <<"SQL";
SET client_min_messages = warning;
WITH figure AS MATERIALIZED ($sql), judged AS (
	SELECT *, CASE
		WHEN ours IS NULL THEN
			theirs IS NULL OR what LIKE '%error' AND theirs < 1e-7
		ELSE coalesce(abs(ours - theirs) <=
					  CASE WHEN what LIKE '%error' THEN 1e-8 ELSE 1e-9 END,
					  false)
		END AS good
	FROM figure
)
SELECT count(*) || '|' || count(*) FILTER (WHERE NOT good) FROM judged
UNION ALL
(SELECT '# ' || what || ': ours ' || coalesce(ours::text, 'NULL')
		|| ', theirs ' || coalesce(theirs::text, 'NULL')
 FROM judged WHERE NOT good LIMIT 10)
SQL
	my ($out, $error) = ('', '');
	$node->psql(
		'postgres', $test,
		stdout => \$out,
		stderr => \$error,
		on_error_stop => 1,
		extra_params => [ '-q', '-A', '-t' ]);
	my ($count, $bad) = $out =~ /^(\d+)\|(\d+)/;

	$error = join "\n", grep { /ERROR|HINT|LINE/ } split /\n/, $error;
	ok($count && !$bad, "$name: " . ($count // 'no') . ' figures')
	  or diag("$out\n$error");
	$figures += $count // 0;
	return;
}

foreach my $name (sort keys %telling)
{
	my $t = $telling{$name};
	my $named = $t->{declared} ? ", categories => $t->{declared}" : '';
	my $placed = $t->{declared} ? ", ($t->{declared})" : '';
	my $from = "states s JOIN designs USING (telling, d) JOIN spec USING (d)";
	my $where = "s.telling = '$name'";

	foreach my $weights (@{ $t->{weights} })
	{
		my $ours = sub {
			my ($state, $more) = @_;
			return "(SELECT regexp_replace(coefficient, '_ac[12]\$', '')
							AS coefficient, estimate, std_error,
							observed_disagreement AS observed,
							expected_disagreement AS expected
					 FROM coefficients($state, weights => '$weights'$named
									   $more)) o";
		};

		foreach my $singletons (qw(keep drop))
		{
			my $drop = $singletons eq 'drop' ? 'true' : 'false';
			my $published = $ours->('a', ", singletons => '$singletons'");
			my $ratio = $ours->(
				'a', ", singletons => '$singletons', method => 'ratio'");

			meets("$name, $weights, $singletons", <<"SQL");
SELECT concat_ws(' ', d, coefficient, what) AS what, ours, theirs
FROM $from, LATERAL reference.weights('$weights', score) w,
	 LATERAL reference.coefficients(designs.r, w, $drop) c
	 JOIN LATERAL $published USING (coefficient)
	 JOIN LATERAL (SELECT coefficient, std_error AS ratio_error
				   FROM $ratio) p USING (coefficient),
	 LATERAL (VALUES ('estimate', o.estimate, c.estimate),
			  ('error', o.std_error, c.linearised),
			  ('ratio error', ratio_error, c.ratio)) f(what, ours, theirs)
WHERE $where
UNION ALL
SELECT concat_ws(' ', d, 'alpha', what), ours, theirs
FROM $from, LATERAL reference.weights('$weights', score) w,
	 LATERAL reference.alpha(designs.r, w) c,
	 LATERAL $published
	 JOIN LATERAL (SELECT coefficient, std_error AS ratio_error
				   FROM $ratio) p USING (coefficient),
	 LATERAL (SELECT CASE WHEN c.estimate IS NOT NULL
					 THEN reference.alpha_error(designs.r, w) END AS e) t,
	 LATERAL (VALUES ('estimate', o.estimate, c.estimate),
			  ('observed', CASE WHEN o.estimate IS NOT NULL THEN o.observed END,
			   CASE WHEN c.estimate IS NOT NULL THEN c.observed END),
			  ('expected', CASE WHEN o.estimate IS NOT NULL THEN o.expected END,
			   CASE WHEN c.estimate IS NOT NULL THEN c.expected END),
			  ('error', o.std_error, t.e), ('ratio error', ratio_error, t.e))
	 f(what, ours, theirs)
WHERE $where AND coefficient = 'krippendorff_alpha'
SQL
		}
		my $known = $ours->('s.r', '');
		meets("$name, $weights, with annotators", <<"SQL");
SELECT concat_ws(' ', d, coefficient, what) AS what, ours, theirs
FROM $from, LATERAL reference.weights('$weights', score) w,
	 LATERAL reference.conger(designs.r, w) c, LATERAL $known,
	 LATERAL (VALUES ('estimate', o.estimate, c.estimate),
			  ('error', o.std_error, c.std_error)) f(what, ours, theirs)
WHERE $where AND coefficient = 'conger_kappa'
UNION ALL
SELECT concat_ws(' ', d, coefficient), o.estimate, reference.light(designs.r, w)
FROM $from, LATERAL reference.weights('$weights', score) w, LATERAL $known
WHERE $where AND d <= $small AND coefficient = 'light_kappa'
UNION ALL
SELECT concat_ws(' ', d, x, y, what), ours, theirs
FROM $from, LATERAL reference.weights('$weights', score) w,
	 LATERAL reference.pairwise(designs.r, w) c(x, y, n, agreement, kappa, e)
	 LEFT JOIN LATERAL pairwise_agreement(s.r, '$weights'$placed) o
	 ON annotator_a::int = x AND annotator_b::int = y,
	 LATERAL (VALUES ('items', o.n_items, c.n),
			  ('kappa', o.cohen_kappa, c.kappa),
			  ('error', o.std_error, c.e)) f(what, ours, theirs)
WHERE $where AND d <= $small
SQL
		my $jackknifed = $ours->('s.r', ", method => 'jackknife'");
		meets("$name, $weights, delete-one jackknife", <<"SQL");
SELECT concat_ws(' ', d, coefficient, 'error') AS what, o.std_error AS ours,
	   c.std_error AS theirs
FROM $from,
	 LATERAL reference.jackknife(designs.r, NULL, '$weights', score) c
	 JOIN LATERAL $jackknifed USING (coefficient)
WHERE $where AND d <= $least AND o.estimate IS NOT NULL AND c.n_undefined = 0
SQL
	}
	foreach my $level (@{ $t->{levels} })
	{
		my $error =
		  $level eq 'ordinal'
		  ? "reference.alpha_influence(designs.r, '$level', score)"
		  : 'reference.alpha_error(designs.r, w)';

		meets("$name, level $level", <<"SQL");
SELECT concat_ws(' ', d, what) AS what, ours, theirs
FROM $from,
	 LATERAL reference.level('$level', score, designs.r) w,
	 LATERAL reference.alpha(designs.r, w) c,
	 LATERAL coefficients(a, level => '$level'$named) o,
	 LATERAL (VALUES ('estimate', o.estimate, c.estimate),
			  ('error', o.std_error,
			   CASE WHEN c.estimate IS NOT NULL THEN $error END))
	 f(what, ours, theirs)
WHERE $where AND coefficient = 'krippendorff_alpha'
SQL
		meets("$name, level $level, delete-one jackknife", <<"SQL")
SELECT concat_ws(' ', d, coefficient, 'error') AS what, o.std_error AS ours,
	   c.std_error AS theirs
FROM $from,
	 LATERAL reference.jackknife(designs.r, '$level', NULL, score) c
	 JOIN LATERAL coefficients(a, level => '$level'$named,
							   method => 'jackknife') o USING (coefficient)
WHERE $where AND d <= $least AND o.estimate IS NOT NULL AND c.n_undefined = 0
	  AND coefficient = 'krippendorff_alpha'
SQL
		  if $level =~ /^(?:nominal|ordinal|interval|ratio)$/;
	}

	meets("$name, by category, item, annotator", <<"SQL");
SELECT concat_ws(' ', d, c.category, what) AS what, ours, theirs
FROM $from,
	 LATERAL reference.category_agreement(designs.r, cardinality(score)) c
	 LEFT JOIN LATERAL
	 (SELECT row_number() OVER () AS place, g.*
	  FROM category_agreement(a$named) g) o ON place = c.category,
	 LATERAL (VALUES ('labels', o.n_labels, c.n_labels),
			  ('share', o.share, c.share),
			  ('specific', o.specific_agreement, c.specific_agreement),
			  ('kappa', o.kappa, c.kappa),
			  ('kappa error', o.kappa_std_error, c.kappa_error),
			  ('alpha', o.alpha, c.alpha),
			  ('alpha error', o.alpha_std_error, c.alpha_error))
	 f(what, ours, theirs)
WHERE $where AND d <= $small
UNION ALL
SELECT concat_ws(' ', d, c.item, what), ours, theirs
FROM $from, LATERAL reference.item_agreement(designs.r) c
	 LEFT JOIN LATERAL item_agreement(s.r) o ON o.item::int = c.item,
	 LATERAL (VALUES ('labels', o.n_labels, c.n_labels),
			  ('agreement', o.agreement, c.agreement)) f(what, ours, theirs)
WHERE $where
UNION ALL
SELECT concat_ws(' ', d, c.annotator, what), ours, theirs
FROM $from,
	 LATERAL reference.annotator_agreement(designs.r, cardinality(score)) c
	 LEFT JOIN LATERAL annotator_agreement(s.r) o
	 ON o.annotator::int = c.annotator,
	 LATERAL (VALUES ('labels', o.n_labels, c.n_labels),
			  ('items', o.n_items, c.n_items),
			  ('agreement', o.mean_agreement, c.mean_agreement),
			  ('kappa', o.mean_kappa, c.mean_kappa),
			  ('alpha', o.alpha_without, c.alpha_without))
	 f(what, ours, theirs)
WHERE $where AND d <= $small
SQL
}

# Two columns of labels: the first two annotators of each design, with the
# same categories for all designs and with those of each.
foreach my $case ((map { [ $_, 7, 'enum' ] } @all),
	[ 'linear', 'q', 'numbers in declared order' ])
{
	my ($weights, $q, $telling) = @$case;
	my $declared = "(ARRAY['1', '2', '5', '6', '8', '12', '20'])[:$q]";

	meets("two columns, $weights, $q categories", <<"SQL");
SELECT concat_ws(' ', d, what) AS what, ours, theirs
FROM (SELECT d, q, score, cohen_kappa(a.as_int, b.as_int, '$weights', $declared)
			 AS kappa,
			 scott_pi(a.as_int, b.as_int, '$weights', $declared) AS pi,
			 confusion_agg(a.as_int, b.as_int) AS c,
			 array_agg(a.code) AS x, array_agg(b.code) AS y
	  FROM labels a JOIN labels b USING (d, item) JOIN spec USING (d)
		   JOIN designs USING (d)
	  WHERE a.annotator = 1 AND b.annotator = 2
			AND telling = '$telling'
	  GROUP BY d, q, score) t,
	 LATERAL reference.weights('$weights', score) w,
	 LATERAL reference.cohen(x, y, w) cohen,
	 LATERAL reference.scott(x, y, w) scott,
	 LATERAL (VALUES ('cohen_kappa', t.kappa, cohen.kappa, cohen.std_error),
			  ('scott_pi', t.pi, scott.kappa, scott.std_error))
	 f(name, one_call, value, error)
	 JOIN LATERAL coefficients(c, weights => '$weights',
							   categories => $declared) o
	 ON coefficient = name,
	 LATERAL (VALUES (name, one_call, value), (name, o.estimate, value),
			  (name || ' error', o.std_error, error)) g(what, ours, theirs)
SQL
}

meets('labels given again', <<'SQL');
SELECT d::text AS what, ours, reference.self_agreement(r) AS theirs
FROM (SELECT d, self_agreement(item, annotator % 3, as_text) AS ours,
			 array_agg((item, annotator % 3, code)::reference.rating) AS r
	  FROM labels GROUP BY d) t
SQL

meets('intraclass correlation', <<'SQL');
SELECT concat_ws(' ', d, model) AS what, o.icc AS ours, c.icc AS theirs
FROM (SELECT d, array_agg(item) AS i, array_agg(annotator) AS a,
			 array_agg(as_int::float8) AS x,
			 ratings_agg(item, annotator, as_int) AS r
	  FROM labels GROUP BY d) t,
	 LATERAL reference.icc(i, a, x) c JOIN LATERAL icc(r) o USING (model)
SQL

# One result, bit for bit, by every road to it.
my @kinds = map { "as_$_" } qw(int text enum boolean);
my %front = (
	krippendorff_alpha => "'nominal'",
	percent_agreement => "'unweighted'",
	fleiss_kappa => "'unweighted'",
	brennan_prediger => "'unweighted'",
	gwet_ac1 => '');

# A query of (what, one, other): the same text, or both NULL.
sub same
{
	my ($name, $sql, $settings) = @_;
	my ($out, $error) = ('', '');

	$node->psql(
		'postgres', ($settings // '') . <<"SQL",
WITH figure AS MATERIALIZED ($sql)
SELECT count(*) || '|' || count(*) FILTER (WHERE one IS DISTINCT FROM other)
FROM figure
UNION ALL
(SELECT '# ' || what || ': ' || left(coalesce(one, 'NULL'), 200) || ' and '
		|| left(coalesce(other, 'NULL'), 200)
 FROM figure WHERE one IS DISTINCT FROM other LIMIT 10)
SQL
		stdout => \$out,
		stderr => \$error,
		on_error_stop => 1,
		extra_params => [ '-q', '-A', '-t' ]);
	my ($count, $bad) = $out =~ /^(\d+)\|(\d+)/m;

	ok($count && !$bad, "$name: " . ($count // 'no') . ' results alike')
	  or diag("$out\n$error");
	return;
}

foreach my $column (@kinds)
{
	foreach my $function (sort keys %front)
	{
		my $argument = $front{$function} eq '' ? '' : ", $front{$function}";

		same("$function of $column", <<"SQL");
SELECT d || ' ' || road AS what, one, other
FROM (SELECT d, $function(item, $column$argument)::text AS one
	  FROM labels GROUP BY d) front
	 JOIN (
	SELECT d, 'votes' AS road, $function(agreement_agg(v))::text AS other
	FROM (SELECT d, votes_agg($column) AS v FROM labels GROUP BY d, item) t
	GROUP BY d
	UNION ALL
	SELECT d, 'agreement', $function(agreement_agg(item, $column))::text
	FROM labels GROUP BY d
	UNION ALL
	SELECT d, 'ratings', $function(ratings_agg(item, annotator, $column))::text
	FROM labels GROUP BY d
	UNION ALL
	SELECT d, 'agreement of ratings',
		   $function(agreement(ratings_agg(item, annotator, $column)))::text
	FROM labels GROUP BY d
	UNION ALL
	SELECT d, 'seven parts', $function(agreement(item_labels_agg(p)))::text
	FROM (SELECT d, item_labels_agg(item, $column) AS p
		  FROM labels GROUP BY d, hashint8(item * 10 + annotator) % 7) t
	GROUP BY d
	UNION ALL
	SELECT d, 'seven parts of ratings', $function(ratings_agg(p))::text
	FROM (SELECT d, ratings_agg(item, annotator, $column) AS p
		  FROM labels GROUP BY d, hashint8(item * 10 + annotator) % 7) t
	GROUP BY d
	UNION ALL
	SELECT d, 'seven parts by item', $function(agreement_agg(p))::text
	FROM (SELECT d, agreement_agg(item, $column) AS p
		  FROM labels GROUP BY d, item % 7) t
	GROUP BY d
	UNION ALL
	SELECT d, 'permuted', $function(item, $column$argument)::text
	FROM (SELECT * FROM labels
		  ORDER BY hashint8extended(item * 1000 + annotator, 5)) t
	GROUP BY d
	UNION ALL
	SELECT DISTINCT d, 'window',
		   ($function(item, $column$argument) OVER (PARTITION BY d))::text
	FROM labels
	UNION ALL
	SELECT DISTINCT d, 'text and back',
		   $function(agreement_agg(item, $column)::text::agreement)::text
	FROM labels GROUP BY d) t USING (d)
SQL
	}
	same("states of $column", <<"SQL");
SELECT d || ' ' || road AS what, one, other
FROM (SELECT d, agreement_agg(item, $column)::text AS a,
			 ratings_agg(item, annotator, $column)::text AS r
	  FROM labels GROUP BY d) whole
	 JOIN (SELECT d, agreement(item_labels_agg(i))::text AS parted_a,
				  ratings_agg(r)::text AS parted_r
		   FROM (SELECT d, item_labels_agg(item, $column) AS i,
						ratings_agg(item, annotator, $column) AS r
				 FROM labels
				 GROUP BY d, hashint8(item * 10 + annotator) % 7) t
		   GROUP BY d) parted USING (d),
	 LATERAL (VALUES ('agreement', a, parted_a), ('ratings', r, parted_r))
	 f(road, one, other)
SQL
}

# Serial and parallel.  The plan must be a partial one for this to say
# anything.
my $everything = 'SELECT '
  . join(', ',
	(map { my $f = $_; map { "$f(item, $_)::text" } @kinds } sort keys %front),
	(map { ("agreement_agg(item, $_)::text",
			"ratings_agg(d::int8 * 1000 + item, annotator, $_)::text",
			"item_labels_agg(item, $_)::text",
			"cohen_kappa($_, $_)::text", "confusion_agg($_, $_)::text",
			"votes_agg($_)::text") } @kinds))
  . ' FROM labels';
my $row = sub {
	my ($group) = @_;
	my $sql = $everything;
	$sql =~ s/^SELECT /SELECT ARRAY[/;
	$sql =~ s/ FROM labels$/]::text AS v FROM labels$group/;
	return $sql;
};
foreach my $group ('', ' GROUP BY d')
{
	my $key = $group ? 'd, ' : '0 AS d, ';
	(my $query = $row->($group)) =~ s/^SELECT /SELECT $key/;
	my $what = $group ? 'each design' : 'all labels';

	$node->safe_psql('postgres',
		"DROP TABLE IF EXISTS serial; SET client_min_messages = error;
		 SET max_parallel_workers_per_gather = 0;
		 CREATE TABLE serial AS $query");
	foreach my $workers (2, 4)
	{
		foreach my $leader (qw(on off))
		{
			my $settings = <<"SQL";
SET client_min_messages = error;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = $workers;
SET parallel_leader_participation = $leader;
SQL
			my $plan =
			  $node->safe_psql('postgres', "$settings EXPLAIN $query");

			ok($plan =~ /Partial.*Aggregate/ && $plan =~ /Workers Planned: $workers/,
				"$what: the plan is partial, $workers workers, leader $leader")
			  or diag($plan);
			same("$what, $workers workers, leader $leader", <<"SQL", $settings);
SELECT d::text AS what, serial.v AS one, parallel.v AS other
FROM serial JOIN ($query) parallel USING (d)
SQL
		}
	}
}

diag("$figures figures of the library met the second implementation");
$node->stop;
done_testing();
