# 051_privileges.pl
#	Installed by the owner of a database who is no superuser, used by a role
#	that owns nothing; row-level security holds for every form of a call.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('privileges');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE ROLE reader LOGIN;
CREATE ROLE stranger LOGIN;
CREATE DATABASE project OWNER owner;
SQL

sub as
{
	my ($role, $sql) = @_;
	my ($out, $err) = ('', '');

	$node->psql('project', $sql,
		stdout => \$out,
		stderr => \$err,
		extra_params => [ '-U', $role ]);
	return $err =~ /ERROR:  (.*)/ ? "ERROR: $1" : $out;
}

is(as('owner', 'CREATE EXTENSION annoqa'),
	'', 'a database owner who is no superuser installs it');
is(as('owner', "SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'annoqa'"),
	'owner', 'and owns its schema');
as('owner', <<'SQL');
CREATE TABLE labels (item int, annotator text, label text, vendor name);
INSERT INTO labels
	SELECT i / 2, CASE i % 2 WHEN 0 THEN 'x' ELSE 'y' END,
		   CASE WHEN i % 7 = 0 THEN 'b' ELSE 'a' END,
		   CASE WHEN i < 40 THEN 'reader' ELSE 'stranger' END
	FROM generate_series(0, 99) AS i;
CREATE TABLE kept AS
	SELECT annoqa.ratings_agg(item, annotator, label) AS d,
		   annoqa.agreement_agg(item, label) AS a FROM labels;
GRANT SELECT ON kept TO reader;
SQL

# Another role uses types and functions, and may not add to the schema.
is(as('reader', 'SELECT annoqa.krippendorff_alpha(i / 2, i / 2) FROM generate_series(0, 3) AS i'),
	'1', 'another role calls an aggregate');
is(as('reader', 'SELECT count(*) FROM kept, annoqa.coefficients(d)'),
	'7', 'and reads a stored state');
is(as('reader', "CREATE TEMP TABLE mine (d annoqa.ratings); SELECT count(*) FROM mine"),
	'0', 'and makes a column of a type');
like(as('reader', "CREATE FUNCTION annoqa.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
	qr/^ERROR: permission denied for schema annoqa/,
	'but makes nothing in the schema');
like(as('reader', 'DROP EXTENSION annoqa'),
	qr/^ERROR: must be owner/, 'nor drops it');

# The labels themselves: no right, then a right under row-level security.
like(as('reader', 'SELECT annoqa.krippendorff_alpha(item, label) FROM labels'),
	qr/^ERROR: permission denied for table labels/, 'no right, no figure');
as('owner', <<'SQL');
GRANT SELECT ON labels TO reader, stranger;
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON labels FOR SELECT USING (vendor = current_user);
SQL
foreach my $case (
	[ 'reader', 20 ],
	[ 'stranger', 30 ],
	[ 'owner', 50 ])
{
	my ($role, $n) = @$case;

	is( as($role, 'SELECT n_items FROM annoqa.coefficients((SELECT annoqa.agreement_agg(item, label) FROM labels)) LIMIT 1'),
		$n, "$role: a histogram of the rows that the role may see");
	is( as($role, 'SELECT count(*) FROM annoqa.items((SELECT annoqa.ratings_agg(item, annotator, label) FROM labels))'),
		$n, "$role: a design of them");
	is( as($role, 'SELECT sum(n) / 2 = ' . $n . ' FROM annoqa.cells((SELECT annoqa.confusion_agg(label, annotator) FROM labels))'),
		't', "$role: a confusion of them");
	is( as($role, 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
			SELECT n_items FROM annoqa.coefficients((SELECT annoqa.agreement_agg(item, label) FROM labels)) LIMIT 1'),
		$n, "$role: in parallel, too");
}

# A function of somebody else's that measures disagreement needs EXECUTE.
as('owner', <<'SQL');
CREATE FUNCTION distance(text, text) RETURNS float8 LANGUAGE sql
	AS 'SELECT CASE WHEN $1 = $2 THEN 0 ELSE 1 END';
REVOKE EXECUTE ON FUNCTION distance(text, text) FROM PUBLIC;
SQL
like(as('reader', "SELECT annoqa.krippendorff_alpha(a, 'distance(text,text)'::regprocedure) FROM kept"),
	qr/^ERROR: permission denied for function distance/,
	'a disagreement function needs EXECUTE');
as('owner', 'GRANT EXECUTE ON FUNCTION distance(text, text) TO reader');
is(as('reader', "SELECT annoqa.krippendorff_alpha(a, 'distance(text,text)'::regprocedure) = annoqa.krippendorff_alpha(a) FROM kept"),
	't', 'and with it gives the nominal alpha');

# Dropped and made again by the same owner.
is(as('owner', 'DROP EXTENSION annoqa CASCADE; SELECT count(*) FROM pg_proc WHERE proname = \'krippendorff_alpha\''),
	'0', 'its owner drops it');
is(as('owner', 'CREATE EXTENSION annoqa; SELECT annoqa.krippendorff_alpha(item, label) IS NOT NULL FROM labels'),
	't', 'and installs it again');

$node->stop;
done_testing();
