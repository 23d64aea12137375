"""Fit the digital reference object and write the figures into docs/fit.md: ``python bench/reference_object.py``."""

import re
import tempfile
from pathlib import Path

import numpy as np
from HER2LowMRILib.core.diffusion_maps import fit_maps
from HER2LowMRILib.core.fit_options import FitOptions
from HER2LowMRILib.images.intake import read_dwi
from HER2LowMRILib.synthetic.reference_object import (
    B_SETS,
    SNR_VALUES,
    reference_object,
    write_reference_object,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "fit.md"
SHOWN = ("paper", "three", "six")
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


def main() -> None:
    """Write the table."""
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
