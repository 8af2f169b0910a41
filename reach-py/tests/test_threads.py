"""Other threads run while the native code works, and a network serves several at a time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

import reach


def longest_pause(work: Callable[[], object]) -> tuple[float, float]:
    """The longest time that this thread stood still while another did the work, and the whole."""
    span: list[float] = []

    def timed() -> None:
        span.append(time.perf_counter())
        work()
        span.append(time.perf_counter())

    worker = threading.Thread(target=timed)
    ticks: list[float] = []
    worker.start()
    while worker.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(0)
    start, end = span
    during = [start, *(tick for tick in ticks if start <= tick <= end), end]
    return max(b - a for a, b in zip(during, during[1:], strict=False)), end - start


@pytest.mark.parametrize("name", ["loads", "scan", "with_edits", "matrix"])
def test_other_threads_run_meanwhile(name: str, big: Callable[[int], str]) -> None:
    snapshot = big(1500)
    network = reach.loads(snapshot)
    stop = {"Action": "StopInstances", "InstanceIds": ["i-0"]}
    work: dict[str, Callable[[], object]] = {
        "loads": lambda: reach.loads(snapshot),
        "scan": network.scan,
        "matrix": network.matrix,
        "with_edits": lambda: network.with_edits(stop),
    }
    tries = []
    for _ in range(5):
        pause, whole = longest_pause(work[name])
        tries.append((pause, whole))
        if pause < whole / 2:
            return
    pytest.fail(f"this thread stood still: {tries}")


def test_one_network_for_many_threads(lab: reach.Network) -> None:
    expected = lab.scan()
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: lab.scan(), range(64)))
    assert all(run == expected for run in runs)
