# 063_cron.pl
#	The calls of docs/scheduling.md under pg_cron, where that is installed.

use strict;
use warnings FATAL => 'all';

use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my ($root) = grep { -f "$_/docs/scheduling.md" }
  ("$FindBin::RealBin/../..", $ENV{ANNOQA_SOURCE} // ());
my $share = `$ENV{PG_CONFIG} --sharedir` if $ENV{PG_CONFIG};

$share = '' if !defined $share;
chomp $share;
if (!-f "$share/extension/pg_cron.control")
{
	plan skip_all => 'pg_cron is not installed';
}

my $node = PostgreSQL::Test::Cluster->new('cron');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
fsync = off
shared_preload_libraries = 'pg_cron'
cron.database_name = 'postgres'
cron.use_background_workers = on
max_worker_processes = 16
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_cron;
CREATE EXTENSION annoqa;
CREATE TABLE labels (post int, worker text, verdict text, truth text, at timestamptz);
INSERT INTO labels
	SELECT i / 3, 'w' || i % 3, CASE WHEN i % 5 = 0 THEN 'ham' ELSE 'spam' END, 'spam',
		   timestamptz '2026-03-02Z' + i * interval '1 h' FROM generate_series(0, 59) AS i;
SELECT annoqa.create_source('posts', 'public.labels', 'post', 'worker', 'verdict',
	gold => 'truth', labeled_at => 'at');
SQL

# What the page says, to the letter; functions that this build lacks are left out.
my @lines = slurp_file("$root/docs/scheduling.md") =~
  /^(SELECT cron\.schedule\('.*'\);)$/mg;
my @jobs;

cmp_ok(scalar(@lines), '>=', 3, 'the page schedules calls');
foreach my $line (@lines)
{
	my ($name, $function) = $line =~ /schedule\('([^']+)'.*annoqa\.(\w+)/;
	my $known = $node->safe_psql('postgres',
		"SELECT count(*) > 0 FROM pg_proc WHERE pronamespace = 'annoqa'::regnamespace AND proname = '$function' AND provolatile = 'v'"
	);

  SKIP:
	{
		skip "there is no annoqa.$function", 1 if $known ne 't';
		like($node->safe_psql('postgres', $line), qr/^\d+$/, "schedules $name");
		push @jobs, $name;
	}
}

# all of them every minute: each is done within the next one, and some
$node->safe_psql('postgres',
	"SELECT cron.alter_job(jobid, schedule => '* * * * *') FROM cron.job");
my $done = 0;
foreach (1 .. 150)
{
	$done = $node->safe_psql('postgres',
		"SELECT count(DISTINCT jobid) FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')"
	);
	last if $done == @jobs;
	sleep 0.5;
}
is($done, scalar(@jobs), 'all ran');
is( $node->safe_psql('postgres',
		"SELECT jobname, return_message FROM cron.job_run_details JOIN cron.job USING (jobid) WHERE status = 'failed'"
	),
	'', 'and none failed');
cmp_ok(
	$node->safe_psql('postgres',
		"SELECT count(*) FROM annoqa.scorecard_history WHERE source = 'posts'"),
	'>', 20, 'the snapshot is there');
$node->safe_psql('postgres',
	"SELECT cron.unschedule(jobid) FROM cron.job");
$node->stop;
done_testing();
