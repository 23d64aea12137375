"""Do one thing to many items on a few threads, and get the results in order."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Handing an item to a thread costs as much as reading a small slice: several go together.
_LARGEST_CHUNK = 8
# Long enough for clocks that tick 60 times a second.
_PROBE_S = 0.05
_WAITING = 2.0


def in_order(
    act: Callable[[Item], Result], items: Sequence[Item], threads: int, *, only_where_it_waits: bool = False
) -> Iterator[Result]:
    """Yield ``act(item)`` for every item, in order; an error ends it, and what was not begun is not done.

    Parameters
    ----------
    act : callable
    items : sequence
    threads : int
    only_where_it_waits : bool
        Begin on the calling thread, and use others only if it spends most of its time waiting (for a network share):
        where it computes, Python's lock makes threads slower than one.
    """
    done, waits = 0, False
    elapsed = computed = 0.0
    while only_where_it_waits and threads > 1 and done < len(items) and not waits:
        began, computing = time.perf_counter(), time.thread_time()
        result = act(items[done])
        elapsed += time.perf_counter() - began
        computed += time.thread_time() - computing
        done += 1
        if elapsed >= _PROBE_S:
            waits = elapsed > _WAITING * computed
            elapsed = computed = 0.0
        yield result
    items = items[done:]
    if threads <= 1:
        yield from map(act, items)
        return
    size = max(1, min(_LARGEST_CHUNK, len(items) // (4 * threads)))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with ThreadPoolExecutor(threads) as pool:
        for results in pool.map(lambda chunk: [act(item) for item in chunk], chunks):
            yield from results
