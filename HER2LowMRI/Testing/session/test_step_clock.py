"""Time per step and slice: whole, and without pauses."""

import pytest
from HER2LowMRILib.session.step_clock import StepClock


class Watch:
    """A clock that is set by hand, and what was kept."""

    def __init__(self):
        self.time, self.kept = 100.0, []
        self.clock = StepClock(self.kept.append, lambda: self.time)
        self.clock.start_case(0.0)

    def goes(self, seconds, k=None, in_front=True):
        for _ in range(seconds):
            self.time += 1.0
            self.clock.tick(in_front, k)


@pytest.fixture
def watch():
    return Watch()


def test_looking_for_less_than_a_minute_is_work(watch):
    watch.clock.step("voi")
    for k in (4, 5):
        watch.goes(40, k)
        watch.clock.input(k)
    watch.goes(10, 5)
    watch.clock.step("form")
    spent = watch.kept[0]
    assert (spent.step, spent.seconds, spent.active) == ("voi", 90.0, 90.0)
    assert spent.slices == {4: 40.0, 5: 50.0}


def test_more_than_a_minute_without_input_is_a_pause(watch):
    watch.clock.step("form")
    watch.goes(20)
    watch.clock.input()
    watch.goes(300)
    watch.clock.input()
    watch.goes(5)
    watch.clock.step(None)
    spent = watch.kept[0]
    assert (spent.seconds, spent.active) == (325.0, 25.0)
    assert watch.clock.elapsed == 325.0


def test_another_program_in_front_is_a_pause(watch):
    watch.clock.step("voi")
    watch.goes(10, 3)
    watch.goes(30, 3, in_front=False)
    watch.goes(10, 3)
    watch.clock.input(3)
    watch.clock.step(None)
    assert (watch.kept[0].active, watch.kept[0].slices) == (20.0, {3: 20.0})


def test_nothing_runs_while_no_step_is_worked_on_or_between_cases(watch):
    watch.goes(50)
    watch.clock.step("voi")
    watch.goes(2, 1)
    watch.clock.step(None)
    watch.goes(50)
    watch.clock.start_case(12.0)
    watch.goes(3)
    watch.clock.step("form")
    watch.goes(4)
    watch.clock.step(None)
    assert [(spent.step, spent.seconds, spent.active) for spent in watch.kept] == [
        ("voi", 2.0, 2.0),
        ("form", 4.0, 4.0),
    ]
    assert watch.clock.elapsed == 16.0


def test_going_on_to_the_next_step_does_not_make_a_pause_work(watch):
    watch.clock.step("voi")
    watch.goes(200, 2)
    watch.clock.step("form")
    assert (watch.kept[0].seconds, watch.kept[0].active, watch.kept[0].slices) == (200.0, 0.0, {})
