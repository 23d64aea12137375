"""Files are read in order, on other threads only where reading waits."""

import threading
import time

import pytest
from HER2LowMRILib.images.intake.ordered_threads import in_order


def seen_from(act, count, **options):
    """Results, and the threads that worked."""
    workers = set()

    def noted(item):
        workers.add(threading.get_ident())
        return act(item)

    return list(in_order(noted, range(count), 2, **options)), workers


def waiting(item):
    time.sleep(0.005)
    return item


def computing(item):
    until = time.thread_time() + 0.005
    while time.thread_time() < until:
        pass
    return item


def test_results_come_in_order_whoever_does_the_work():
    for act in (waiting, computing):
        for options in ({}, {"only_where_it_waits": True}):
            assert seen_from(act, 60, **options)[0] == list(range(60))


def test_what_waits_gets_threads():
    _, workers = seen_from(waiting, 60, only_where_it_waits=True)
    assert workers - {threading.get_ident()}


def test_without_items_nothing_is_done():
    assert list(in_order(waiting, [], 2, only_where_it_waits=True)) == []


@pytest.mark.parametrize("fails_at", [0, 3, 50])
def test_an_error_ends_it(fails_at):
    done = []

    def act(item):
        done.append(item)
        time.sleep(0.005)
        if item == fails_at:
            raise ValueError("damaged")
        return item

    with pytest.raises(ValueError, match="damaged"):
        list(in_order(act, range(500), 2, only_where_it_waits=True))
    assert len(done) < 500
