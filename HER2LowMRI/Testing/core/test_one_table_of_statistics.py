"""A further statistic is one line of one table: columns, dictionary, measurement and analysis follow from it."""

import json
import subprocess
import sys
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[2]

ADDS_ONE = """
import json
import numpy as np
from HER2LowMRILib.core import first_order as table

table.STATISTICS = (
    *table.STATISTICS,
    table.Statistic(
        "iqr",
        "interquartile range",
        "Interquartile range of {m} over the valid voxels of the VOI.",
        "IBSI SALO",
        table.Code("IBSI", "SALO", "Intensity Interquartile Range"),
        lambda values, _: float(np.subtract(*np.percentile(values, (75, 25)))),
        lowest=0.0,
    ),
)
from HER2LowMRILib.cohort.further_features import further_features
from HER2LowMRILib.cohort.variables import study_variables
from HER2LowMRILib.core.feature_set import FeatureSet
from HER2LowMRILib.core.histogram import measure_voi
from HER2LowMRILib.core.map_set import MapSet
from HER2LowMRILib.core.map_spec import parse_further_map
from HER2LowMRILib.study.data_dictionary import dictionary_rows, redcap_rows

further = parse_further_map("T2map=ms,0,300,5")
measured = FeatureSet.of(further=(further,), rings_mm=(3.0,))
values = np.arange(1.0, 28.0).reshape(3, 3, 3)
found = measure_voi(MapSet({"T2map": values}, further=(further,)), np.ones((3, 3, 3), bool), measured)
explained = {row["column"]: row for row in dictionary_rows(measured=measured) if row["file"] == "features.csv"}
print(json.dumps({
    "value": found.values["T2map_iqr"],
    "columns": [name for name in explained if name.endswith("_iqr")],
    "unit": explained["T2map_iqr"]["unit"],
    "code": explained["ADC_iqr"]["codes"],
    "redcap": sum(row["Variable / Field Name"].endswith("_iqr") for row in redcap_rows(measured=measured)),
    "analysed": sorted(name for name in study_variables() if name.endswith("_iqr")),
    "further": "T2map_iqr" in further_features([name for name in explained]),
    "id": FeatureSet().definition_id,
}))
"""


def test_a_further_statistic_is_in_every_table_at_once():
    done = subprocess.run(
        [sys.executable, "-c", ADDS_ONE], capture_output=True, text=True, check=True, cwd=LIBRARY, timeout=120
    )
    found = json.loads(done.stdout)
    assert found["value"] == 13.0
    assert found["columns"] == [
        f"{name}{ring}_iqr" for ring in ("", "_ring3") for name in ("ADC", "D", "K", "T2map")
    ]
    assert found["unit"] == "ms"
    assert 'iqr=(SALO, IBSI, "Intensity Interquartile Range")' in found["code"]
    assert found["redcap"] == 8
    assert found["analysed"] == ["ADC_iqr", "D_iqr", "K_iqr"]
    assert found["further"] is True
    assert found["id"] != "h1-1e71b962", "rows with other definitions are not comparable"
