"""The order in which a reader sees the cases: another for each reader, always the same for one."""

import hashlib
from collections.abc import Iterable


def reading_order(case_ids: Iterable[str], reader: str, seed: int) -> list[str]:
    """Sort cases by a hash of seed, reader and case.

    A case added later takes its place without moving the others against each other, as a reshuffle would.
    """

    def place(case_id: str) -> bytes:
        return hashlib.sha256(f"{seed}\n{reader}\n{case_id}".encode()).digest()

    return sorted(case_ids, key=place)
