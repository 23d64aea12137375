"""From the measured phantom's DICOM folders to feature rows, in two commands: what a newcomer does first.

Data: JamesCKorte/mrbias, commit e455051, BSD-3-Clause; regions and medians measured for this project.
"""

import csv
import json

import pytest
from HER2LowMRILib.cli import main

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def maps(shared_dir, tmp_path_factory):
    folder = shared_dir / "data/nist_diffusion_phantom"
    out = tmp_path_factory.mktemp("maps")
    inputs = [str(folder / f"b{b}") for b in (0, 500, 1000, 1500, 2000)]
    assert main(["maps", *inputs, "--adc-b", "0,1000", "--out", str(out), "--quiet"]) == 0
    return out


def test_two_commands_lead_to_the_medians_measured_before(shared_dir, maps, tmp_path):
    folder = shared_dir / "data/nist_diffusion_phantom"
    for region in json.loads((folder / "expected.json").read_text())["results"].values():
        out = tmp_path / f"{region['label']}.csv"
        command = ["features", "--adc", str(maps), "--voi", str(folder / "pvp_regions.nrrd")]
        assert main([*command, "--segment", str(region["label"]), "--out", str(out), "--quiet"]) == 0
        with out.open(newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert int(row["voi_voxels"]) == region["voxels"]
        assert row["b_values"] == "0;500;1000;1500;2000"
        assert row["adc_b_values"] == "0;1000"
        assert float(row["ADC_valid_fraction"]) > 0.99
        # All voxels of these regions have a valid ADC and D_app, so the medians are those of the whole region.
        assert 1000 * float(row["ADC_median"]) == pytest.approx(region["ADC_b0_b1000_median"], abs=1)
        if float(row["D_valid_fraction"]) == 1:
            assert 1000 * float(row["D_median"]) == pytest.approx(region["D_WLLS_5b_median"], abs=1)
        # The certificate holds at 0 degrees C; this phantom and scanner read 4 to 5 % more.
        assert 1000 * float(row["ADC_median"]) == pytest.approx(region["reference_ADC_0C"], rel=0.065, abs=5)
