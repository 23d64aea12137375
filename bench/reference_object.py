"""Fit the digital reference object and phantoms and write the figures into docs/fit.md.

``python bench/reference_object.py``. The measured phantom is looked for in the folder that ``HER2LOWMRI_SHARED`` names
(CONTRIBUTING.md); where it is absent its table is left as it was.
"""

import os
import re
import tempfile
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.images.intake import read_adc, read_dwi
from HER2LowMRILib.synthetic.reference_object import (
    B_SETS,
    BLOCK,
    SNR_VALUES,
    reference_object,
    write_reference_object,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "fit.md"
SHOWN = ("paper", "three", "six")
FORMS = ("nifti", "nrrd", "siemens", "ge", "philips", "canon", "united_imaging", "enhanced")
# PVP in water at 0 degrees, 50 to 0 % [1e-3 mm2/s]: the NIST values beside the phantom's data (JamesCKorte/mrbias)
PHANTOM_ADC = (0.110, 0.220, 0.380, 0.579, 0.817, 1.109)
TWO_B, FOUR_B = (0.0, 900.0), (0.0, 500.0, 900.0, 2000.0)  # of the QIBA profile
SHARED = Path(os.environ.get("HER2LOWMRI_SHARED", Path(__file__).resolve().parents[2] / "shared"))
PHANTOM = SHARED / "data" / "nist_diffusion_phantom"
BEGIN, END = "<!-- reference object, written by bench/reference_object.py -->", "<!-- end -->"


def rows(folder: Path, b_set: str, form: str) -> list[str]:
    """Median error over all blocks, and the largest median error of a block, at every SNR."""
    truth = reference_object()
    series = read_dwi([folder / b_set / form])
    maps = fit_maps(series.signals, series.b_values, series.averages, FitOptions(adc_b=series.b_values[:2]))
    lines = []
    for k, snr in enumerate(SNR_VALUES):
        cells = []
        for found, right, scale in (
            (maps.d_app[k], truth.d[k], 100 / truth.d[k]),
            (maps.k_app[k], truth.k[k], 1.0),
        ):
            error = (found - right) * scale
            cells += [f"{np.nanmedian(error):+.4f}", f"{np.nanmedian(np.abs(error)):.4f}"]
        name = "no noise" if np.isinf(snr) else f"SNR {snr:g}"
        lines.append(f"| {b_set} | {form} | {name} | {' | '.join(cells)} |")
    return lines


def noise_free(folder: Path) -> list[str]:
    """The largest median error of any block without noise, in every form."""
    truth = reference_object()
    block = (np.arange(truth.d.shape[1])[:, None] // BLOCK) * 100 + np.arange(truth.d.shape[2])[None] // BLOCK
    lines = []
    for form in FORMS:
        cells = []
        for b_set in SHOWN:
            place = folder / b_set / form
            if not place.exists():
                cells += ["", "", ""]
                continue
            series = read_dwi([place])
            maps = fit_maps(
                series.signals, series.b_values, series.averages, FitOptions(adc_b=series.b_values[:2])
            )
            b = series.b_values[1] / 1000
            adc = truth.d[0] - b * truth.d[0] ** 2 * truth.k[0] / 6  # what two b-values see of a kurtosis
            errors = (
                100 * (maps.adc[0] / adc - 1),
                100 * (maps.d_app[0] / truth.d[0] - 1),
                maps.k_app[0] - truth.k[0],
            )
            cells += [f"{max(abs(np.median(e[block == n])) for n in np.unique(block)):.5f}" for e in errors]
        if any(cells):
            lines.append(f"| {form} | {' | '.join(cells)} |")
    return lines


def simulated_phantom() -> list[str]:
    """A phantom of one exponential, 40,000 voxels of every ADC, stored as whole numbers, without and with noise."""
    rng = np.random.default_rng(7)
    lines = []
    for snr in (float("inf"), 200.0, 100.0):
        cells = []
        for adc in PHANTOM_ADC:
            s0 = rng.uniform(2500, 3500, 40_000)
            found = {}
            for b_values in (TWO_B, FOUR_B):
                signals = []
                for b in b_values:
                    clean = s0 * np.exp(-b / 1000 * adc)
                    sigma = 0.0 if np.isinf(snr) else 3000 / snr
                    noise = rng.normal(0, sigma, (2, clean.size)) if sigma else np.zeros((2, clean.size))
                    signals.append(
                        np.rint(np.hypot(clean + noise[0], noise[1])).astype(np.float32).reshape(1, 200, 200)
                    )
                found[b_values] = fit_maps(signals, b_values, None, FitOptions(adc_b=TWO_B))
            two = 100 * (np.mean(found[TWO_B].adc) / adc - 1)
            four = 100 * (np.median(found[FOUR_B].d_app) / adc - 1)
            cells.append(f"{two:+.3f} / {four:+.3f}")
        name = "none" if np.isinf(snr) else f"SNR {snr:g}"
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def measured_phantom() -> list[str]:
    """The NIST/QIBA phantom of a 3 T scanner against fits that share nothing with ours, and against its console."""
    regions = sitk.GetArrayFromImage(sitk.ReadImage(str(PHANTOM / "pvp_regions.nrrd")))
    series = read_dwi([PHANTOM / f"b{b}" for b in (0, 500, 1000, 1500, 2000)])
    signals = [np.asarray(signal, np.float64) for signal in series.signals]
    console = read_adc([PHANTOM / "console_adc"]).array
    ours = fit_maps(series.signals, series.b_values, series.averages, FitOptions(adc_b=(0.0, 1000.0)))
    four = [series.signals[n] for n in (0, 1, 3, 4)]
    kurtosis = fit_maps(four, (0.0, 500.0, 1500.0, 2000.0), None, FitOptions(adc_b=(0.0, 500.0)))
    lines = []
    for label, name in enumerate(("0", "10", "20", "30", "40", "50"), start=1):
        inside = (regions == label) & (signals[0] < 4095) & (signals[-1] > 0)
        two = np.log(signals[0][inside] / signals[2][inside])
        by_lstsq = np.array([_least_squares([s[inside][n] for s in four]) for n in range(0, inside.sum(), 7)])
        d_app = kurtosis.d_app[inside][::7]
        cells = (
            100 * (np.median(ours.adc[inside]) / np.median(two) - 1),
            100 * (np.median(d_app) / np.median(by_lstsq) - 1),
            100 * (np.median(ours.adc[inside]) / np.median(console[inside]) - 1),
        )
        lines.append(
            f"| {name} | {inside.sum():,} | {np.median(ours.adc[inside]):.4f} | "
            + " | ".join(f"{cell:+.4f}" for cell in cells[:2])
            + f" | {cells[2]:+.2f} |"
        )
    return lines


def _least_squares(signals: list[float]) -> float:
    """D of one voxel by numpy's least squares of ln S with the signals as weights."""
    b, s = np.array((0.0, 0.5, 1.5, 2.0)), np.array(signals, np.float64)
    design = np.stack([np.ones(4), -b, b**2 / 6], axis=1)
    return float(np.linalg.lstsq(design * s[:, None], np.log(s) * s, rcond=None)[0][1])


def further_tables(folder: Path, page: str) -> list[str]:
    """The tables below that of the noise."""
    measured = re.search(r"(\| PVP \[%\].*?)\n\n", page, flags=re.DOTALL)
    rows = (
        [
            "| PVP [%] | voxels | ADC (b 0, 1000) | against ln(S0/S1)/b [%] | D_app (four b) against numpy [%] | "
            "ADC against the console [%] |",
            "| ---: | ---: | ---: | ---: | ---: | ---: |",
            *measured_phantom(),
        ]
        if PHANTOM.is_dir()
        else (measured.group(1).split("\n") if measured else [])
    )
    return [
        "",
        "The largest median error of any block without noise (ADC and D in %, K absolute):",
        "",
        "| form | " + " | ".join(f"{name}: {what}" for name in SHOWN for what in ("ADC", "D", "K")) + " |",
        "| --- |" + " ---: |" * (3 * len(SHOWN)),
        *noise_free(folder),
        "",
        "A simulated phantom with the ADC of PVP solutions at 0 C (columns, 1e-3 mm2/s), stored as whole numbers:",
        "error in % of the mean ADC of two b-values (0, 900) / of the median D_app of four (0, 500, 900, 2000),",
        "40,000 voxels each:",
        "",
        "| noise | " + " | ".join(f"{adc:.3f}" for adc in PHANTOM_ADC) + " |",
        "| --- |" + " ---: |" * len(PHANTOM_ADC),
        *simulated_phantom(),
        "",
        "The NIST/QIBA phantom of a 3 T scanner (JamesCKorte/mrbias, BSD-3-Clause): our fit against the formula",
        "and against `numpy.linalg.lstsq` on the same voxels, and against the console, which fits all five b-values",
        "with one exponential:",
        "",
        *rows,
        "",
        "The images of the QIN software comparison (PMC5633866: ADC within 0.1 % with two b-values, 0.5 % with",
        "four) were not to be had for this page; the two phantoms stand in for them.",
    ]


def main() -> None:
    """Write the tables."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "dro"
        for _ in write_reference_object(folder):
            pass
        table = [
            "| b-values | form | noise | D bias [%] | D error [%] | K bias | K error |",
            "| --- | --- | --- | ---: | ---: | ---: | ---: |",
            *(
                line
                for b_set in ("paper", "three", "six")
                for form in ("nifti", "siemens")
                for line in rows(folder, b_set, form)
            ),
            *further_tables(folder, PAGE.read_text(encoding="utf-8")),
        ]
    sets = "; ".join(
        f"{name}: {', '.join(f'{b:g}' for b in B_SETS[name])}" for name in ("paper", "three", "six")
    )
    text = (
        "`her2lowmri dro OUT` writes a digital reference object: D 0.4 to 2.6, K 0 to 1.5, without noise and at three\n"
        "SNR, as classic DICOM of five makers, enhanced DICOM, NIfTI and NRRD, with the truth beside them. Our fit\n"
        "of it (signals as floating point in NIfTI, as whole numbers in DICOM; b-values in s/mm2:\n"
        f"{sets}); bias is the median error, error the median absolute one:\n\n"
    )
    page = PAGE.read_text(encoding="utf-8")
    section = f"{BEGIN}\n\n{text}" + "\n".join(table) + f"\n\n{END}"
    if BEGIN in page:
        page = re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: section, page, flags=re.DOTALL)
    else:
        page = page.rstrip() + "\n\n## The digital reference object\n\n" + section + "\n"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
