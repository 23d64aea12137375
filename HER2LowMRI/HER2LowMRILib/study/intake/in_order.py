"""Do one thing to many items on a few threads, and get the results in order."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Handing an item to a thread costs as much as reading a small slice: several go together.
_LARGEST_CHUNK = 8


def in_order(act: Callable[[Item], Result], items: Sequence[Item], threads: int) -> Iterator[Result]:
    """Yield ``act(item)`` for every item, in order; an error ends it, and what was not begun is not done."""
    if threads <= 1:
        yield from map(act, items)
        return
    size = max(1, min(_LARGEST_CHUNK, len(items) // (4 * threads)))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with ThreadPoolExecutor(threads) as pool:
        for results in pool.map(lambda chunk: [act(item) for item in chunk], chunks):
            yield from results
