# 065_rules_dump.pl
#	Rules, flags and triggers under an owner who is no superuser: what it may not
#	reach through them, and all of it through pg_dump and pg_restore.

use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('rules');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE ROLE labeler LOGIN;
CREATE ROLE manager LOGIN;
CREATE DATABASE project OWNER owner;
CREATE DATABASE restored OWNER owner;
CREATE DATABASE live OWNER owner;
SQL

sub as
{
	my ($role, $database, $sql) = @_;
	my ($out, $err) = ('', '');

	$node->psql($database, $sql,
		stdout => \$out,
		stderr => \$err,
		extra_params => [ '-U', $role ]);
	return $err =~ /(ERROR|WARNING):  (.*)/ ? "$1: $2" : $out;
}

my $tables = <<'SQL';
SET client_min_messages = error;
CREATE SCHEMA app;
CREATE TABLE app.labels (item int, who text, label text, gold text, at timestamptz);
CREATE INDEX ON app.labels (who);
GRANT USAGE ON SCHEMA app TO labeler;
GRANT INSERT ON app.labels TO labeler;
SQL
is(as('owner', 'project', "CREATE EXTENSION annoqa; $tables"), '', 'installed');
like( as('owner', 'project', <<'SQL'),
SET client_min_messages = error;
SELECT annoqa.create_source('s', 'app.labels', 'item', 'who', 'label', gold => 'gold', labeled_at => 'at', readers => 'manager');
SELECT annoqa.create_rule('s', preset => 'gold accuracy', severity => 'critical', period => NULL);
SELECT annoqa.create_rule('s', 'window', 'gold_accuracy', threshold => 0.7, method => 'wilson', period => '1 month 2 days', clear_at => 0.8);
SELECT annoqa.watch('s');
SQL
	qr/is watched: triggers on 1 table$/, 'registered, ruled, watched');

# Who owns the schema can plant functions in it.  None runs as a superuser.
is( as('owner', 'project', <<'SQL'),
CREATE SEQUENCE public.reached;		-- which no rollback undoes
GRANT ALL ON SEQUENCE public.reached TO PUBLIC;
CREATE FUNCTION public.reach() RETURNS void LANGUAGE sql AS
	$$ SELECT nextval('public.reached') FROM pg_roles WHERE rolname = current_user AND rolsuper $$;
CREATE FUNCTION annoqa.accuracy_below(bigint, bigint, double precision) RETURNS double precision LANGUAGE plpgsql AS
	$$ BEGIN PERFORM public.reach(); RETURN 1e9; END $$;
CREATE FUNCTION annoqa.weigh_counts(annoqa.rule, integer, integer, integer, annoqa.rule_evidence) RETURNS annoqa.rule_evidence
	LANGUAGE plpgsql AS $$ BEGIN PERFORM public.reach(); RETURN $5; END $$;
CREATE FUNCTION annoqa.count(text) RETURNS bigint LANGUAGE plpgsql AS
	$$ BEGIN PERFORM public.reach(); RETURN 1; END $$;
SQL
	'', 'functions are planted');
like(as('owner', 'project', "CREATE OR REPLACE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON annoqa.$_ FOR EACH ROW EXECUTE FUNCTION public.f()"),
	qr/^ERROR: (permission denied for table $_|must be owner)/, "no trigger on $_")
  foreach 'change', 'flag', 'source_error';
my $bad = "INSERT INTO app.labels SELECT i, 'bad', 'b', 'a', '2026-01-01'::timestamptz + i * interval '1 h' FROM generate_series(1, 40) AS i";
as('labeler', 'project', $bad);
is(as('owner', 'project', "SELECT is_called FROM public.reached"),
	'f', 'what was planted ran as no superuser');
is( as('owner', 'project', <<'SQL'),
DROP FUNCTION annoqa.accuracy_below(bigint, bigint, double precision);
DROP FUNCTION annoqa.weigh_counts(annoqa.rule, integer, integer, integer, annoqa.rule_evidence);
DROP FUNCTION annoqa.count(text);
DROP FUNCTION public.reach();
DROP SEQUENCE public.reached;
TRUNCATE app.labels;
DELETE FROM annoqa.flag;
SQL
	'', 'gone again');
like(as('owner', 'project', "SELECT annoqa.evaluate_rules('s')"), qr/0 flags raised/, 'evaluated');

# Flags
is(as('labeler', 'project', $bad), '', 'a labeler writes');
is(as('labeler', 'project', 'SELECT count(*) FROM annoqa.flags'), '0', 'and sees no flags');
is(as('manager', 'project', "SELECT annotator, rule, status FROM annoqa.flags"),
	'bad|gold accuracy|raised', 'a reader sees the flag that the trigger raised');
like(as('manager', 'project', 'SELECT annoqa.acknowledge_flag(1)'),
	qr/^ERROR: permission denied for function acknowledge_flag/, 'but may not acknowledge');
is(as('owner', 'project', 'GRANT EXECUTE ON FUNCTION annoqa.acknowledge_flag TO manager'), '', 'until granted');
like(as('manager', 'project', 'SELECT annoqa.acknowledge_flag(max(flag_id)) FROM annoqa.flags'),
	qr/acknowledged by manager$/, 'with that alone');
like(as('owner', 'project', "SELECT annoqa.evaluate_rules('s')"), qr/1 flag raised/, 'the other rule flags too');
my $stored = <<'SQL';
SELECT md5(string_agg(r::text, E'\n' ORDER BY name)) FROM annoqa.rule AS r;
SELECT md5(string_agg(f::text, E'\n' ORDER BY flag_id)) FROM annoqa.flag AS f;
SQL
my $before = as('owner', 'project', $stored);
like($before, qr/^\w{32}\n\w{32}$/, 'rules and flags');

# Whole
my $file = "$PostgreSQL::Test::Utils::tmp_check/project.dump";
$node->command_ok([ 'pg_dump', '-U', 'owner', '-Fc', '-f', $file, 'project' ], 'the owner dumps');
$node->command_ok([ 'pg_restore', '-U', 'owner', '--exit-on-error', '-d', 'restored', $file ], 'and restores');
is(as('owner', 'restored', $stored), $before, 'restored: identical');
is(as('manager', 'restored', 'SELECT count(*) FROM annoqa.flags'), '2', 'restored: who sees flags');
is(as('owner', 'restored', 'SELECT count(*) FROM annoqa.change'), '0', 'restored: changes are counted anew');
like(as('owner', 'restored', "SELECT annoqa.evaluate_rules('s')"), qr/0 flags raised, 0 cleared$/, 'restored: nothing turned');
is(as('labeler', 'restored', "INSERT INTO app.labels SELECT i, 'worse', 'b', 'a', '2026-01-01' FROM generate_series(1, 20) AS i"),
	'', 'restored: a labeler writes');
is(as('owner', 'restored', "SELECT annotator, flag_id > ALL (SELECT flag_id FROM annoqa.flags WHERE annotator = 'bad') FROM annoqa.flags WHERE annotator = 'worse'"),
	'worse|t', 'restored: the trigger flags, with a number of its own');

# Data only, into a live schema whose triggers stand
is(as('owner', 'live', "CREATE EXTENSION annoqa; $tables"), '', 'a live schema');
as('owner', 'live', "SELECT annoqa.create_source('s', 'app.labels', 'item', 'who', 'label', gold => 'gold'); SELECT annoqa.watch('s'); DELETE FROM annoqa.source");
{
	local $ENV{PGOPTIONS} = '-c annoqa.triggers=off';
	$node->command_ok([ 'pg_restore', '-U', 'owner', '--exit-on-error', '--data-only', '-d', 'live', $file ],
		'takes the data alone');
}
is(as('owner', 'live', $stored), $before, 'data only: identical');
like(as('owner', 'live', "SELECT annoqa.evaluate_rules('s')"), qr/0 flags raised, 0 cleared/, 'data only: evaluated');

$node->stop;
done_testing();
