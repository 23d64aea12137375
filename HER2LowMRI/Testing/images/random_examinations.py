"""Draw made-up examinations: makers, layouts, and what lies beside the dynamic series in real exports."""

from pathlib import Path

import numpy as np
from made_examinations import (
    GRE,
    LAYOUTS,
    SAGITTAL,
    SE,
    SLICES,
    Examination,
    Grid,
    Truth,
    clock,
    write_dynamic,
)

NAMES_OF_DYNAMIC = (
    "ax dyn",
    "t1_fl3d_tra_dynaVIEWS",
    "VIBRANT MULTIPHASE",
    "dyn_eTHRIVE",
    "t1 vibe fs",
    "ax 3d",
)
NAMES_OF_T2 = {
    True: ("t2_tirm_tra", "AX T2 FS", "T2W_SPAIR", "STIR ax"),
    False: ("AX T2 FSE", "t2_tse_tra", "T2W_TSE"),
}
NAMES_OF_T1 = ("t1_fl3d_tra_non-fs", "AX T1 non fat sat", "T1 ax", "Axial 3D T1 no fs")
DERIVED = ("DERIVED", "PRIMARY", "M", "ND")


def draw(folder: Path, seed: int) -> Truth:
    """Write one examination; the same for the same seed."""
    rng = np.random.default_rng([seed, 13])
    makers = tuple(LAYOUTS)
    maker = makers[seed % len(makers)]
    exam = Examination(folder, rng, maker)
    truth = Truth()
    layout = str(rng.choice(LAYOUTS[maker]))
    if rng.random() < 0.7:
        _diffusion(exam)
    _t1(exam, truth)
    _t2(exam, truth)
    grid = Grid()
    count = int(rng.integers(3, 8))
    step = float(rng.uniform(45, 100))
    times = [0.0, *(np.cumsum([step + float(rng.uniform(0, 120)), *[step] * (count - 2)]).round(2))]
    if layout == "no tags":
        # All that is told is how long the series took: its phases follow each other without a pause.
        times = [round(step * at, 2) for at in range(count)]
    uptakes = _uptakes(rng, count)
    name = str(rng.choice(NAMES_OF_DYNAMIC))
    tags = {"ScanOptions": "FS"} if rng.random() < 0.7 else {}
    truth.dce = write_dynamic(exam, 10, layout, times, uptakes, grid, name=name, tags=tags)
    truth.times = times
    extras = [extra for extra, chance in _EXTRAS if rng.random() < chance]
    for extra in extras:
        extra(exam, truth, layout, times, uptakes, grid, name, tags)
    truth.is_plain = not truth.must_ask
    return truth


def _uptakes(rng: np.random.Generator, count: int) -> list[float]:
    """Fast uptake, then washout, plateau or more uptake."""
    peak = float(rng.uniform(0.8, 2.0))
    slope = float(rng.uniform(-0.12, 0.1))
    return [0.0, *(peak * (1 + slope * at) for at in range(count - 1))]


def _diffusion(exam: Examination) -> None:
    grid = Grid(spacing=(2.5, 2.5, 4.0), origin=(-9.0, -52.0, -18.0))
    uid = exam.uid()
    for at, b in enumerate((0.0, 800.0)):
        exam.classic(
            5, "ep2d_diff_tra", exam.pixels(gain=np.exp(-b / 1000)), grid, uid=uid, start=1 + at * SLICES,
            ScanningSequence="EP", RepetitionTime=6000.0, EchoTime=70.0, FlipAngle=90.0, DiffusionBValue=b,
        )  # fmt: skip


def _t2(exam: Examination, truth: Truth) -> None:
    """One T2 on the plane of the dynamic, fat-suppressed or not; often another plane, or without as well."""
    rng = exam.rng
    if rng.random() < 0.1:
        return
    suppressed = bool(rng.random() < 0.8)
    tags = SE | {"ScanOptions": "FS" if suppressed else "", "EchoTime": float(rng.uniform(60, 110))}
    name = str(rng.choice(NAMES_OF_T2[suppressed]))
    if "tirm" in name or "STIR" in name:
        tags |= {"ScanningSequence": ["SE", "IR"], "InversionTime": 200.0, "ScanOptions": ""}
    day = {"AcquisitionDate": "20200102", "AcquisitionTime": clock(120)}
    exam.classic(2, name, exam.pixels(), Grid(spacing=(1.5, 1.5, 3.0)), **tags, **day)
    truth.t2 = {2}
    if suppressed and rng.random() < 0.3:
        exam.classic(7, "AX T2 FSE", exam.pixels(), Grid(), **SE, **day)
    if rng.random() < 0.2:
        exam.classic(8, "SAG T2 FS", exam.pixels(), SAGITTAL, **SE | {"ScanOptions": "FS"}, **day)


def _t1(exam: Examination, truth: Truth) -> None:
    if exam.rng.random() < 0.2:
        return
    tags = GRE | {"RepetitionTime": 6.5, "EchoTime": 2.6, "FlipAngle": 12.0}
    day = {"AcquisitionDate": "20200102", "AcquisitionTime": clock(300)}
    exam.classic(3, str(exam.rng.choice(NAMES_OF_T1)), exam.pixels(), Grid(), **tags, **day)
    truth.t1 = {3}


def _localizer(exam, truth, *_):
    exam.classic(
        1, "localizer", exam.pixels()[:3], Grid(), **GRE | {"FlipAngle": 20.0}, AcquisitionTime=clock(10)
    )


def _subtractions(exam, truth, layout, times, uptakes, grid, name, tags):
    image_type = DERIVED if exam.rng.random() < 0.5 else (*DERIVED, "SUB")
    label = (
        "(25880/8/1..58)-(25880/7/1..58)" if exam.maker == "ge" and exam.rng.random() < 0.5 else f"{name}_SUB"
    )
    for p, time in enumerate(times[1:], start=1):
        exam.classic(
            40 + p, label, exam.pixels(uptakes[p], 0.3), grid, image_type=image_type,
            AcquisitionTime=clock(600 + time), **GRE,
        )  # fmt: skip


def _acquired_subtractions(exam, truth, layout, times, uptakes, grid, name, tags):
    """The name says subtraction, the header acquired."""
    exam.classic(
        61, f"{name}_SUB", exam.pixels(0.5, 0.4), grid, **{**GRE, **tags}, **_at(exam, 600 + times[1])
    )
    truth.must_ask.add("dce")


def _at(exam, seconds):
    return {"AcquisitionDate": "20200102", "AcquisitionTime": clock(seconds)}


def _projection(exam, truth, layout, times, uptakes, grid, name, tags):
    exam.classic(
        50, f"{name}_SUB_MIP_TRA", exam.pixels()[:1], grid,
        image_type=("DERIVED", "SECONDARY", "PROJECTION IMAGE", "MIP"), AcquisitionTime=clock(700), **GRE,
    )  # fmt: skip
    exam.classic(
        51,
        "MIP",
        exam.pixels(),
        grid,
        image_type=("DERIVED", "SECONDARY", "MIP"),
        AcquisitionTime=clock(700),
        **GRE,
    )


def _moco(exam, truth, layout, times, uptakes, grid, name, tags):
    for p, time in enumerate(times):
        exam.classic(
            70 + p, f"{name} MOCO", exam.pixels(uptakes[p], 1.01), grid,
            image_type=("DERIVED", "PRIMARY", "M", "ND", "MOCO"), **_at(exam, 600 + time), **GRE | tags,
        )  # fmt: skip


def _dixon_t2(exam, truth, *_):
    """IDEAL: four images, in series of their own or under one number."""
    if truth.t2:
        return
    tags = SE | {"EchoTime": 85.0}
    day = _at(exam, 130)
    uid = exam.uid() if exam.rng.random() < 0.4 else None
    for at, (kind, token) in enumerate((("WATER", "W"), ("FAT", "F"), ("IP", "IP"), ("OP", "OP"))):
        exam.classic(
            20 + (0 if uid else at), "T2 IDEAL" if uid else f"{kind}: T2 IDEAL", exam.pixels(gain=1 + 0.1 * at), Grid(),
            uid=uid, start=1 + at * SLICES, image_type=("DERIVED", "PRIMARY", "DIXON", token), **tags, **day,
        )  # fmt: skip
    truth.t2 = {20}


def _ultrafast(exam, truth, layout, times, uptakes, grid, name, tags):
    count = 12
    own = [3.5 * at for at in range(count)]
    rise = [0.0, 0.0, 0.0, 0.02, *np.linspace(0.3, 1.5, count - 4)]
    layout = {"siemens": "one series", "canon": "enhanced"}.get(exam.maker, "one series")
    truth.ultrafast = write_dynamic(
        exam,
        90,
        layout,
        own,
        rise,
        Grid(spacing=(3.0, 3.0, 4.0)),
        start=540.0,
        name="UFAST 3s",
        tags={"RepetitionTime": 3.0},
    )


def _one_sided_t2(exam, truth, *_):
    """Left and right breast in series of their own."""
    if truth.t2:
        return
    tags = SE | {"ScanOptions": "FS"}
    for number, side, x in ((24, "L", 4.0), (25, "R", -20.0)):
        exam.classic(
            number, f"T2 FS {side}", exam.pixels(), Grid(origin=(x, -50.0, -15.0)), **tags, **_at(exam, 140)
        )
    truth.t2 = {24, 25}


def _repeated_t2(exam, truth, *_):
    if truth.t2 != {2}:
        return
    for number in (26, 27):
        exam.classic(
            number,
            "T2 FS again",
            exam.pixels(),
            Grid(),
            **SE | {"ScanOptions": "FS"},
            **_at(exam, 150 + number),
        )
    truth.must_ask.add("t2")


def _repeated_dynamic(exam, truth, layout, times, uptakes, grid, name, tags):
    write_dynamic(exam, 30, layout, times, uptakes, grid, name=name, tags=tags, start=3000.0)
    truth.must_ask.add("dce")


def _delayed(exam, truth, layout, times, *_):
    """High resolution after the dynamic series."""
    tags = GRE | {"RepetitionTime": 8.0, "EchoTime": 3.0, "ScanOptions": "FS"}
    exam.classic(
        80, "AX T1 FS delayed", exam.pixels(1.5), Grid(spacing=(1.0, 1.0, 2.0)), **tags, **_at(exam, 1500)
    )
    tags |= {"ScanOptions": ""}
    exam.classic(
        81, "AX T1 non fs post", exam.pixels(1.2), Grid(spacing=(1.1, 1.1, 2.0)), **tags, **_at(exam, 1600)
    )


def _parameter_maps(exam, truth, layout, times, uptakes, grid, name, tags):
    for number, kind in ((55, "SER"), (56, "PE1")):
        exam.classic(
            number,
            f"{name}: {kind}",
            exam.pixels(),
            grid,
            image_type=("DERIVED", "SECONDARY"),
            **GRE,
            **_at(exam, 900),
        )


_EXTRAS = (
    (_localizer, 0.7),
    (_subtractions, 0.35),
    (_acquired_subtractions, 0.04),
    (_projection, 0.3),
    (_moco, 0.12),
    (_dixon_t2, 0.5),
    (_ultrafast, 0.12),
    (_one_sided_t2, 0.5),
    (_repeated_t2, 0.05),
    (_repeated_dynamic, 0.05),
    (_delayed, 0.2),
    (_parameter_maps, 0.15),
)
