"""From a messy folder of six patients and messy tables to the report: six commands and one file of answers."""

import csv

from HER2LowMRILib.cli import main
from HER2LowMRILib.files.row_csv import read_rows
from HER2LowMRILib.images.voi_files import write_voi
from study.made_up_images import GRID, lesion_mask, write_images
from study.made_up_study import MASS

PATHOLOGY = """Pathologie Export 2025;;;;;;
;;;;;;
Fallnummer;Alter;ÖR;PgR;Ki-67;HER2;Bemerkungen
pat01;51 Jahre;90 %;-;12,5;1;x
PAT02;62;<1 %;neg;55 %;2+(FISH-);
PAT03;47;pos;pos;20-30 %;0+;y
PAT04;70;neg;neg;80;3+;
PAT05;55;+++;+;0,3;HER2 2+ (FISH +);
PAT06;39;80 %;pos;k.A.;0;
"""
ANSWERS = {
    ("value", "HER2", "1"): "1+",
    ("value", "PgR", "-"): "0",
    ("value", "Ki-67", "20-30 %"): "yes",
    ("value", "Ki-67", "0,3"): "30",
    ("column", "Bemerkungen", "Bemerkungen"): "skip",
}
LABELS = {"lesion_type": "Mass", "mass_margin": "Spiculated", "multifocal": "nein", "t2_hyperintensity": "Ja"}


def test_six_commands_and_one_file_of_answers(tmp_path):
    images, study, out = tmp_path / "images", tmp_path / "study", tmp_path / "out"
    for number in range(1, 7):
        write_images(images / f"PAT0{number}", number)
        (images / f"PAT0{number}" / "befund.txt").write_text("kein Bild")
    (tmp_path / "pathologie.csv").write_bytes(PATHOLOGY.encode("cp1252"))
    answers = tmp_path / "answers.csv"
    with answers.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, delimiter=";")
        table.writerow(("question", "column", "found", "answer"))
        table.writerows((*key, answer) for key, answer in ANSWERS.items())
    for reader, grow in (("r1", 0), ("r2", 1)):
        write_voi(tmp_path / f"{reader}.seg.nrrd", {"lesion": lesion_mask(grow=grow)}, GRID)
    names = {"lesion_size_mm": "Size (mm)", "fgt": "FGT"}
    rows = [
        {"Case": f"pat0{number}", "Reader": reader, "VOI": f"{reader}.seg.nrrd"}
        | {names.get(name, name): LABELS.get(name, value) for name, value in MASS.items()}
        | ({"bpe": "Marked"} if (reader, number) == ("r2", 3) else {})
        for reader in ("r1", "r2")
        for number in range(1, 7)
    ]
    with (tmp_path / "readings.txt").open("w", newline="", encoding="utf-16") as stream:
        table = csv.DictWriter(stream, list(rows[0]), delimiter="\t")
        table.writeheader()
        table.writerows(rows)
    (tmp_path / "decisions.csv").write_text("Case,Question,Decision,Why\nPAT03,BPE,mild,seen\n")
    init = ["study", "init", str(study), "--title", "Synthetic study", "--seed", "1", "--synthetic"]
    commands = [
        [*init, "--add", str(images), "--keep-names", "--copy", "--b-from-names"],
        ["study", "pathology", str(study), str(tmp_path / "pathologie.csv"), "--answers", str(answers)],
        ["study", "read", str(study), str(tmp_path / "readings.txt"), "--sign-off"],
        ["study", "adjudicate", str(study), str(tmp_path / "decisions.csv")],
        ["export", str(study), "--out", str(out), "--jobs", "1", "--quiet"],
        [
            "analyze",
            str(out / "features.csv"),
            "--out",
            str(out),
            "--bootstraps",
            "5",
            "--repeats",
            "1",
            "--quiet",
        ],
    ]
    for command in commands:
        assert main(command) == 0, command
    features = {row["case_id"]: row for row in read_rows(out / "features.csv")}
    groups = {case_id: row["her2_group"] for case_id, row in features.items()}
    assert groups == dict(zip(sorted(groups), ("low", "low", "zero", "over", "over", "zero"), strict=True))
    assert [features[f"PAT0{n}"]["ki67_percent"] for n in (1, 3, 5, 6)] == ["12.5", "25.0", "30.0", None]
    assert (features["PAT01"]["er"], features["PAT01"]["pr"], features["PAT03"]["bpe"]) == ("1", "0", "mild")
    assert features["PAT03"]["her2_zero_staining"] == "ultralow"
    assert (out / "report.html").stat().st_size > 10_000
