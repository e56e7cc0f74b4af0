"""What the peers share: a clock that starts after the imports."""
import sys
import time


class Clock:
    """Wall and CPU seconds of the phases of one peer."""

    def __init__(self):
        self.wall = [time.perf_counter()]
        self.cpu = time.process_time()

    def lap(self):
        """End a phase."""
        self.wall.append(time.perf_counter())

    def report(self, value):
        """Print wall seconds of loading and computing, CPU and the value."""
        self.lap()
        load = self.wall[1] - self.wall[0]
        compute = self.wall[-1] - self.wall[1]
        cpu = time.process_time() - self.cpu
        print(f"{load:.6f} {compute:.6f} {cpu:.6f} {float(value)!r}")


def csv_file():
    """The exported labels."""
    return sys.argv[1]


def with_codes():
    """Whether labels shall be turned into integers first, by hand."""
    return sys.argv[2:] == ["codes"]
