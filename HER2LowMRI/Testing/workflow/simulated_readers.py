"""Readers and an adjudicator who answer with chance and, where wanted, with a bias: what the monitor is tried on."""

import numpy as np
from HER2LowMRILib.core.lexicon import load_lexicon
from HER2LowMRILib.core.statistics.drift import drift_looks
from HER2LowMRILib.workflow.study_monitor import case_differences

LEXICON = load_lexicon()
ITEMS = [
    item
    for item in LEXICON.items
    if item.id in ("multifocal", "t2_hyperintensity", "peritumoral_edema", "fgt", "bpe")
]


def answers_of(draw, truth, bias):
    """A reader errs in 15 of 100 answers; ``bias`` points of a hundred more answers are higher than that."""
    given = {}
    for item in ITEMS:
        values = (
            sorted(value.value for value in item.values)
            if item.ordered is False
            else [v.value for v in item.values]
        )
        level = truth[item.id]
        top = len(values) - 1
        if draw.random() < 0.15:
            level = min(top, max(0, level + draw.choice((-1, 1)))) if top > 1 else 1 - level
        # So that the mean over 0..1 rises by the bias.
        rise = bias * top / (0.5 if top == 1 else 0.75)
        if level < top and draw.random() < rise:
            level += 1
        given[item.id] = values[level]
    return given


def decisions_of(draw, first, second, bias):
    """The adjudicator takes either answer; ``bias`` points of a hundred final answers are the higher one instead."""
    given = {}
    for item in ITEMS:
        values = [value.value for value in item.values] if item.ordered else [0, 1]
        levels = sorted(values.index(side[item.id]) for side in (first, second))
        differ = levels[0] != levels[1]
        share = 0.255 if len(values) == 2 else 0.25
        higher = draw.random() < 0.5 + (bias / share / (1 if len(values) == 2 else 1 / 3) if differ else 0)
        given[item.id] = values[levels[1] if higher else levels[0]]
    return given


def alarms(runs, cases, planned, bias_reader=0.0, bias_adjudicator=0.0):
    """Share of runs with an alarm: of the reader, of the adjudicator."""
    draw = np.random.default_rng(14)
    raised = np.zeros(2)
    shift = np.zeros(2)
    for _ in range(runs):
        scores = [], []
        for _ in range(cases):
            truth = {item.id: int(draw.integers(0, len(item.values))) for item in ITEMS}
            first, second = answers_of(draw, truth, bias_reader), answers_of(draw, truth, 0.0)
            final = decisions_of(draw, first, second, bias_adjudicator)
            scores[0].append(case_differences(ITEMS, first, [second]))
            scores[1].append(case_differences(ITEMS, final, [first, second]))
        raised += [any(look.is_alarm for look in drift_looks(np.array(score), planned)) for score in scores]
        shift += [100 * np.mean(score) for score in scores]
    return raised / runs, shift / runs
