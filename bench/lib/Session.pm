# Session.pm
#	A psql session whose backend is watched: CPU seconds, wall seconds and
#	anonymous memory of one statement.
#
# CPU is what the scheduler accounts to the backend (/proc/<pid>/schedstat), so
# it does not grow when other work takes the processor.  Parallel workers are
# counted when they have ended, as children of the postmaster.  Memory is the
# highest sampled RssAnon minus that before the statement: shared buffers are
# not part of it.

package Session;

use strict;
use warnings;
use IPC::Open2;
use POSIX ();
use Time::HiRes qw(sleep time);

my $ticks = POSIX::sysconf(POSIX::_SC_CLK_TCK());
my $sample_every = 0.01;

# Start psql and note the backend that serves it.
sub new
{
	my ($class) = @_;
	my $self = bless { buffer => '' }, $class;

	$self->{psql} = open2(
		$self->{out}, $self->{in},
		'sh', '-c', 'exec psql -X -q -A -t -v VERBOSITY=terse 2>&1');
	$self->query('SET client_min_messages = warning');
	$self->{pid} = $self->query('SELECT pg_backend_pid()');
	$self->{postmaster} = status_field($self->{pid}, 'PPid');
	return $self;
}

# End the session, and wait until the postmaster has taken account of its
# backend: it would count as a worker of the next one.
sub close
{
	my ($self) = @_;

	close $self->{in};
	close $self->{out};
	waitpid $self->{psql}, 0;
	sleep $sample_every while -e "/proc/$self->{pid}";
	return;
}

# Run a statement or a backslash command; return what it prints or die.
sub query
{
	my ($self, $sql, $on_wait) = @_;
	my $end = "--- end of statement ---\n";

	$sql =~ s/\s+\z//;
	$sql .= ';' unless $sql =~ /^\\|;\z/;
	syswrite $self->{in}, "$sql\n\\echo $end" or die "psql has gone: $!\n";

	my $length;
	while (($length = index $self->{buffer}, $end) < 0)
	{
		my $ready = '';
		vec($ready, fileno $self->{out}, 1) = 1;
		if (select $ready, undef, undef, $sample_every)
		{
			sysread $self->{out}, $self->{buffer}, 65536,
			  length $self->{buffer}
			  or die "psql has gone: $self->{buffer}\n";
		}
		$on_wait->() if $on_wait;
	}
	my $answer = substr $self->{buffer}, 0, $length;
	$self->{buffer} = substr $self->{buffer}, $length + length $end;
	$answer =~ s/\n\z//;
	die "$answer\n" if $answer =~ /^(?:psql:.*?)?(?:ERROR|FATAL|PANIC):/m;
	return $answer;
}

# Run a statement; return { value, cpu, wall, memory (MB) }.
sub measure
{
	my ($self, $sql) = @_;
	my $before = $self->memory;
	my $peak = $before;
	my ($cpu, $client, $wall) =
	  ($self->cpu, cpu_of($self->{psql}), time);

	my $value = $self->query(
		$sql,
		sub {
			my $now = $self->memory;
			$peak = $now if $now > $peak;
		});

	return {
		value => $value,
		wall => time - $wall,
		cpu => $self->cpu - $cpu,
		client_cpu => cpu_of($self->{psql}) - $client,
		memory => ($peak - $before) / 1024
	};
}

# CPU seconds so far of the backend and of the workers that have ended.
sub cpu
{
	my ($self) = @_;
	my @stat = stat_fields($self->{postmaster});

	return cpu_of($self->{pid}) + ($stat[13] + $stat[14]) / $ticks;
}

# Anonymous memory in kB of the backend and of its workers.
sub memory
{
	my ($self) = @_;
	my $sum = status_field($self->{pid}, 'RssAnon');

	return $sum unless $self->{parallel};
	foreach my $pid (children($self->{postmaster}))
	{
		my $title = first_line("/proc/$pid/cmdline") // '';
		$sum += status_field($pid, 'RssAnon')
		  if $title =~ /parallel worker/;
	}
	return $sum;
}

# CPU seconds of a process, by the nanosecond where the kernel tells.
sub cpu_of
{
	my ($pid) = @_;
	my $line = first_line("/proc/$pid/schedstat");

	return (split ' ', $line)[0] / 1e9 if defined $line;
	my @stat = stat_fields($pid);
	return ($stat[11] + $stat[12]) / $ticks;
}

# The fields of /proc/<pid>/stat after the name: 11 to 14 are the CPU times.
sub stat_fields
{
	my ($pid) = @_;
	my $line = first_line("/proc/$pid/stat") // die "no process $pid\n";

	$line =~ s/\A.*\) //;
	return split ' ', $line;
}

# A number from /proc/<pid>/status; 0 when the process has gone.
sub status_field
{
	my ($pid, $field) = @_;

	open my $file, '<', "/proc/$pid/status" or return 0;
	while (my $line = <$file>)
	{
		return $1 if $line =~ /\A$field:\s+(\d+)/;
	}
	return 0;
}

# The processes that a process has started.
sub children
{
	my ($pid) = @_;

	return split ' ', first_line("/proc/$pid/task/$pid/children") // '';
}

sub first_line
{
	my ($path) = @_;

	open my $file, '<', $path or return undef;
	return scalar <$file>;
}

1;
