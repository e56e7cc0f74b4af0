# Input and receive functions of the stored types, given garbage.
#
# Valid values of each type are cut, bent and glued together, as text and as
# bytes of a binary COPY.  Each mutant must be refused with an SQLSTATE of class
# 22 or 54, or taken; what is taken must be whole: its text and its bytes give
# it back, and it can be merged and read.  The mutations follow from a seed,
# ANNOQA_SEED or 1; ANNOQA_MUTANTS says how many of each type and form.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{ANNOQA_SEED} || 1;
my $mutants = $ENV{ANNOQA_MUTANTS} || 1500;
my @types = qw(votes item_labels agreement confusion ratings annotator_model predictions);
# where a value of each type stands, if not by its first letter
my %column = (annotator_model => 'm');

my $node = PostgreSQL::Test::Cluster->new('hostile');
$node->init(extra => [ '--locale=C', '--encoding=UTF8' ]);
$node->start;
$node->safe_psql('postgres', <<'END');
CREATE EXTENSION annoqa;
CREATE TYPE mood AS ENUM ('bad', 'ok', 'good');
CREATE TABLE labels AS
SELECT i / 3 AS item, 'item ' || i / 3 AS name, 'annotator ' || i % 3 AS who, i AS at,
       (ARRAY['a', 'b "c"', 'd'])[1 + k] AS t, k * 1.5 AS n,
       (ARRAY['bad', 'ok', 'good'])[1 + k]::mood AS e,
       (ARRAY['{a,b}', '{}', '{"c d"}'])[1 + k]::text[] AS s,
       int4range(k, 2 * k + 1) AS r, date '2026-01-01' + k AS d
  FROM (SELECT i, (i * i / 7 + i / 5) % 3 AS k FROM generate_series(0, 17) i) AS x;
CREATE TABLE states (v annoqa.votes, i annoqa.item_labels, a annoqa.agreement,
                     c annoqa.confusion, r annoqa.ratings,
                     m annoqa.annotator_model, p annoqa.predictions);
SET search_path = public, annoqa;
DO $$
DECLARE
    col text;
BEGIN
    FOREACH col IN ARRAY ARRAY['t', 'n', 'e', 's', 'r', 'd'] LOOP
        EXECUTE format('INSERT INTO states
            SELECT votes_agg(%1$I), item_labels_agg(item, %1$I), agreement_agg(item, %1$I),
                   confusion_agg(%1$I, %1$I), ratings_agg(item, who, %1$I, at) FROM labels', col);
        EXECUTE format('INSERT INTO states
            SELECT votes_agg(%1$I, at / 10.0), item_labels_agg(name, %1$I), agreement_agg(name, %1$I),
                   confusion_agg(%1$I, t.l), ratings_agg(name, who, %1$I)
              FROM labels, LATERAL (SELECT %1$I AS l) AS t', col);
        EXECUTE format('INSERT INTO states (p)
            SELECT unnest(ARRAY[predictions_agg(item, l, p), predictions_agg(name, l, p)])
              FROM (SELECT item, name, %1$I AS l, count(*) / 3.0 AS p FROM labels GROUP BY 1, 2, 3) AS x', col);
        CONTINUE WHEN col IN ('s', 'r');
        EXECUTE format('INSERT INTO states (m)
            SELECT m FROM (SELECT ratings_agg(item, who, %1$I, at) AS r FROM labels) AS r,
                   LATERAL (VALUES (dawid_skene(r)), (dawid_skene(r, ''none'', r)), (one_coin(r)),
                   (wawa(r)), (zero_based_skill(r)), (glad(r)), (mace(r, restarts => 1)), (mmsr(r))) AS x(m)', col);
    END LOOP;
    INSERT INTO states (m)
    SELECT kos(ratings_agg(item, who, t = 'a')) FROM labels;
    INSERT INTO states (v) SELECT votes_add_set(votes_add_set(NULL, s, 0.25), s) FROM labels LIMIT 1;
    INSERT INTO states
    SELECT votes_agg(t), item_labels_agg(item, t), agreement_agg(item, t),
           confusion_agg(t, t), ratings_agg(item, who, t),
           dawid_skene(ratings_agg(item, who, t)), predictions_agg(item, t, 1)
      FROM labels WHERE false;
END $$;

-- what a model that was taken says of items; ratings of other labels are refused
CREATE FUNCTION read_items(m annotator_model) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ratings annoqa.ratings;
BEGIN
    FOR ratings IN SELECT r FROM states WHERE r IS NOT NULL LOOP
        BEGIN
            PERFORM count(*) FROM consensus(ratings, m);
            PERFORM count(*) FROM posterior(ratings, m, 2);
            PERFORM count(*) FROM label_gain(ratings, m);
        EXCEPTION WHEN invalid_parameter_value OR datatype_mismatch OR feature_not_supported THEN
        END;
    END LOOP;
EXCEPTION WHEN numeric_value_out_of_range THEN
    RAISE 'a figure is no number';
END $$;

-- what becomes of a value that was taken
CREATE FUNCTION probe(type text, source text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    whole bool;
BEGIN
    EXECUTE format('SELECT bool_and(%1$s_send(value::text::%1$s) = %1$s_send(value)) FROM %2$s',
                   type, source) INTO whole;
    IF NOT whole THEN
        RETURN 'taken, but not whole';
    END IF;
    IF type = 'predictions' THEN
        EXECUTE format('SELECT count(*) = 0 FROM %s, probabilities(value)', source) INTO whole;
        RETURN 'taken';
    END IF;
    IF type = 'annotator_model' THEN
        EXECUTE format('SELECT bool_and(x IS NULL) FROM %1$s, LATERAL (
            SELECT fit(value)::text UNION ALL SELECT annotator_skill(value)::text
            UNION ALL SELECT annotator_confusion(CASE WHEN method IN (''dawid_skene'', ''one_coin'', ''mace'', ''mmsr'')
                                                      THEN value END)::text FROM fit(value)
            UNION ALL SELECT class_prior(value)::text
            UNION ALL SELECT drift(value, value)::text
            UNION ALL SELECT read_items(value)::text) AS rows(x)', source) INTO whole;
        RETURN 'taken';
    END IF;
    EXECUTE format('SELECT %1$s_combine(value, value)::text IS NULL FROM %2$s', type, source)
       INTO whole;
    IF type IN ('item_labels', 'ratings') THEN
        EXECUTE format('SELECT agreement(value)::text IS NULL FROM %s', source) INTO whole;
    ELSE
        EXECUTE format('SELECT value::jsonb IS NULL FROM %s', source) INTO whole;
    END IF;
    RETURN 'taken';
END $$;

CREATE FUNCTION try_text(type text, input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    result := probe(type, format('(SELECT %L::annoqa.%I AS value OFFSET 0) AS x', input, type));
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;

CREATE FUNCTION try_bytes(type text, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('COPY received FROM %L (FORMAT binary)', file);
    result := probe(type, 'received');
    DELETE FROM received;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
ALTER DATABASE postgres SET search_path = public, annoqa;
END

# A random whole number below n.
sub below
{
	my ($n) = @_;
	return int(rand($n));
}

# Bend a string once; $alphabet gives what is put in, $others what is glued on.
sub bend
{
	my ($s, $alphabet, $others) = @_;
	my $at = below(length($s) + 1);
	my $how = below(8);
	my $bit = $alphabet->[ below(scalar @$alphabet) ];

	return substr($s, 0, $at) if $how == 0;
	return substr($s, 0, $at) . $bit . substr($s, $at) if $how == 1;
	if ($how == 2)    # leave something out
	{
		my $rest = $at + 1 + below(8);
		return substr($s, 0, $at)
		  . ($rest < length($s) ? substr($s, $rest) : '');
	}
	if ($how == 3)    # repeat something
	{
		my $part = substr($s, $at, 1 + below(12));
		return substr($s, 0, $at) . $part . substr($s, $at);
	}
	if ($how == 4)    # glue two values together
	{
		my $other = $others->[ below(scalar @$others) ];
		return substr($s, 0, $at) . substr($other, below(length($other) + 1));
	}
	if ($how == 5)    # exchange two pieces
	{
		my $len = 1 + below(4);
		my $from = below(length($s) + 1);
		return $s if $at + $len > length($s) || $from + $len > length($s);
		my $piece = substr($s, $from, $len);
		substr($s, $from, $len, substr($s, $at, $len));
		substr($s, $at, $len, $piece);
		return $s;
	}
	# overwrite
	substr($s, $at, length($bit), $bit) if $at < length($s);
	return $s;
}

# Exchange a word of a JSON text for another one of some value, so that most
# mutants are JSON still.
sub reword
{
	my ($s, $others) = @_;
	my $word = qr/"(?:[^"\\]|\\.)*"|-?\d+|true|[^"\d]+/;
	my @words = $s =~ /$word/g;
	my @new = $others->[ below(scalar @$others) ] =~ /$word/g;
	my $kind = substr($words[ my $at = below(scalar @words) ], 0, 1);
	my @like = grep { /^[-\d]/ == ($kind =~ /[-\d]/) } @new, 0, -1, 7, 2**31, 2**63;

	$words[$at] = $like[ below(scalar @like) ] if @like;
	return join '', @words;
}

# Bend one of the values one to three times.
sub mutant
{
	my ($alphabet, $values) = @_;
	my $s = $values->[ below(scalar @$values) ];

	for (0 .. below(3))
	{
		$s =
		  $s =~ /^\{/ && below(4)
		  ? reword($s, $values)
		  : bend($s, $alphabet, $values);
	}
	return $s;
}

# See that each outcome is one that may be.
sub check_outcomes
{
	my ($what, $tally) = @_;
	my %n = map { split /\|/ } split /\n/, $tally;
	my $total = 0;
	my @bad = grep { !/^(taken$|22|54)/ } sort keys %n;

	$total += $_ for values %n;
	is($total, $mutants, "$what: every mutant has an outcome");
	is("@bad", '', "$what: refused as malformed or beyond limits");
	cmp_ok($n{taken} || 0, '<', $mutants, "$what: some are refused");
	note join ', ', map { "$_: $n{$_}" } sort keys %n;
}

my @json = (
	split(//, '[]{},:"\\ -0129.eE'), '\\u0000', '\\ud800', '9223372036854775807',
	'-1', '1e400', '1.5', 'null', 'true', '"labels"', '"kind"', '"number"',
	'"set"', '"span"', '"other"', '"none"', '"type": "pg_catalog.date", ',
	'"declared": true, ', '[0, 1]', '[' x 1000, "\x01", '"a", "a"');
my @base64 = (split(//, 'AQIgw/+=9'), 'AAAA', '////', 'f///', 'gAAA', ' ', '*');
my @bytes = (
	(map { chr } 0, 1, 2, 127, 128, 254, 255),
	"\xff" x 4, "\x7f\xff\xff\xff", "\x80\x00\x00\x00", "\x00" x 4,
	"\x00\x00\x00\x01", "\x00" x 8, "\x7f" . "\xff" x 7, "\xff" x 8);

srand($seed);
note "seed $seed";
my $folder = $node->basedir;
foreach my $type (@types)
{
	my $col = $column{$type} // substr($type, 0, 1);
	my @texts = split /\n/,
	  $node->safe_psql('postgres', "SELECT $col FROM states WHERE $col IS NOT NULL");
	my @values = map { pack 'H*', $_ } split /\n/,
	  $node->safe_psql('postgres',
		"SELECT encode(${type}_send($col), 'hex') FROM states WHERE $col IS NOT NULL");
	my $alphabet = $texts[0] =~ /^\{/ ? \@json : \@base64;

	open my $out, '>', "$folder/mutants" or die $!;
	for (1 .. $mutants)
	{
		my $s = mutant($alphabet, \@texts);
		$s =~ s/\\/\\\\/g;
		print $out "$s\n";
	}
	close $out;
	my ($rc, $tally, $err) = $node->psql('postgres', <<"END");
CREATE TABLE mutants (input text);
COPY mutants FROM '$folder/mutants';
SELECT try_text('$type', input), count(*) FROM mutants GROUP BY 1;
DROP TABLE mutants;
END
	is("$rc $err", '0 ', "$type as text: the server lives on");
	check_outcomes("$type as text", $tally);

	# files of a binary COPY: signature, flags, one row of one column, the end
	for (1 .. $mutants)
	{
		my $value = mutant(\@bytes, \@values);
		open $out, '>:raw', "$folder/mutant.$_" or die $!;
		print $out "PGCOPY\n\xff\r\n\0", pack('N N n N', 0, 0, 1, length($value)),
		  $value, pack('n', 0xffff);
		close $out;
	}
	($rc, $tally, $err) = $node->psql('postgres', <<"END");
CREATE TABLE received (value annoqa.$type);
SELECT try_bytes('$type', '$folder/mutant.' || i), count(*)
  FROM generate_series(1, $mutants) AS i GROUP BY 1;
DROP TABLE received;
END
	is("$rc $err", '0 ', "$type as bytes: the server lives on");
	check_outcomes("$type as bytes", $tally);
	unlink map { "$folder/mutant.$_" } 1 .. $mutants;
}
SKIP:
{
	skip 'soft errors came with 16', 1 if $node->pg_version < 16;
	is( $node->safe_psql('postgres', <<'END'), 'f', 'malformed text is a soft error');
SELECT bool_or(pg_input_is_valid(input, 'annoqa.' || type))
  FROM unnest(ARRAY['votes', 'item_labels', 'agreement', 'confusion', 'ratings',
                    'annotator_model']) AS type,
       unnest(ARRAY['', '{', '{}', '1', 'AAAA', 'UgEA', 'SQEA',
                    '{"kind": "text", "labels": ["a", "a"]}',
                    '{"kind": "number", "labels": ["b"]}']) AS input
END
}
ok($node->poll_query_until('postgres', 'SELECT true'), 'the server answers');
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/,
	'no process crashed');

done_testing();
