"""Asks the installed wheel what the native bench asks: ``time.py SNAPSHOT`` prints seconds."""

import json
import statistics
import sys
import time
from collections.abc import Callable

import reach

network = reach.load(sys.argv[1])


def median(ask: Callable[[], object]) -> float:
    """Median processor seconds of some runs."""

    def once() -> float:
        start = time.thread_time()
        ask()
        return time.thread_time() - start

    return statistics.median(once() for _ in range(5))


table = network.matrix().to_arrow()
print(
    json.dumps(
        {
            "scan": median(network.scan),
            "matrix": median(lambda: network.matrix().to_arrow()),
            "frame": median(table.to_pandas),
        }
    )
)
