"""Runs a command and tells, as JSON on stdout, what it took. Standard library only, and small.

A child's peak memory begins with that of the process it was forked from, so a large parent would be measured instead.
"""

import json
import resource
import subprocess
import sys
import time


def main() -> None:
    """Run the command of the arguments; `peak` is in the unit of the system, kilobytes on Linux."""
    started = time.monotonic()
    done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = {"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss}
    told = {"seconds": seconds, "started": started, **spent, "code": done.returncode}
    json.dump({**told, "out": done.stdout, "err": done.stderr}, sys.stdout)


if __name__ == "__main__":
    main()
