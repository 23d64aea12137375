"""A study keeps the edition it began with: its own copy, any file of that form, and no change behind its back."""

import json
from pathlib import Path

import pytest
from HER2LowMRILib.cli import main
from HER2LowMRILib.core.columns import column_names
from HER2LowMRILib.core.errors import HER2LowMRIError, StudyError
from HER2LowMRILib.core.lexicon import DEFAULT_EDITION, edition_text, load_lexicon, parse_lexicon
from HER2LowMRILib.study.study_folder import create_study, open_study
from HER2LowMRILib.workflow.check_study import check_study


def an_edition_of_ones_own(path: Path) -> Path:
    """Write a made-up edition that has one more required sign."""
    content = json.loads(edition_text(DEFAULT_EDITION))
    content["edition"] = "made-up-2"
    sign = dict(
        next(item for item in content["items"] if item["id"] == "cyst"), id="made_up_sign", required=True
    )
    content["items"].append(sign)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_new_study_keeps_a_copy_of_its_edition(tmp_path: Path):
    study = create_study(tmp_path / "s", "Synthetic study", synthetic=True)
    kept = (tmp_path / "s" / "lexicon.json").read_text(encoding="utf-8")
    assert parse_lexicon(kept, "lexicon.json") == load_lexicon() == study.form.lexicon
    assert study.protocol.lexicon_sha256 == load_lexicon().digest
    assert check_study(open_study(tmp_path / "s")).findings == ()


def test_an_edition_of_ones_own_needs_no_change_of_the_software(
    tmp_path: Path, capsys: pytest.CaptureFixture
):
    file = an_edition_of_ones_own(tmp_path / "mine.json")
    assert (
        main(
            [
                "study",
                "init",
                str(tmp_path / "s"),
                "--title",
                "Synthetic study",
                "--lexicon",
                str(file),
                "--synthetic",
            ]
        )
        == 0
    )
    file.unlink()
    study = open_study(tmp_path / "s")
    assert study.protocol.lexicon == "made-up-2"
    assert "made_up_sign" in [item.id for item in study.form.missing({})]
    assert "made_up_sign" in column_names("features", study.form.lexicon)
    assert check_study(study).findings == ()


def test_an_update_of_the_software_changes_no_question_of_a_running_study(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    create_study(tmp_path / "s", "Synthetic study", synthetic=True)
    before = open_study(tmp_path / "s").form.lexicon
    newer = json.loads(edition_text(DEFAULT_EDITION))
    newer["items"][0]["definition"] = "Worded anew."
    monkeypatch.setattr(
        "HER2LowMRILib.study.study_folder.load_lexicon", lambda _: parse_lexicon(json.dumps(newer), "newer")
    )
    study = open_study(tmp_path / "s")
    assert study.form.lexicon == before
    assert check_study(study).findings == ()


@pytest.mark.parametrize("damage", ["missing", "torn", "another edition"])
def test_a_damaged_copy_is_found_and_the_questions_stay_those_of_the_study(tmp_path: Path, damage: str):
    create_study(tmp_path / "s", "Synthetic study", synthetic=True)
    copy = tmp_path / "s" / "lexicon.json"
    if damage == "missing":
        copy.unlink()
    elif damage == "torn":
        copy.write_bytes(copy.read_bytes()[:1000])
    else:
        an_edition_of_ones_own(copy)
    study = open_study(tmp_path / "s")
    assert study.form.lexicon == load_lexicon()
    assert any("lexicon.json" in str(finding) for finding in check_study(study).findings)


def test_a_changed_edition_of_ones_own_is_found(tmp_path: Path):
    create_study(
        tmp_path / "s",
        "Synthetic study",
        lexicon=an_edition_of_ones_own(tmp_path / "mine.json"),
        synthetic=True,
    )
    copy = tmp_path / "s" / "lexicon.json"
    copy.write_text(copy.read_text(encoding="utf-8").replace("Bright duct", "Dark duct"), encoding="utf-8")
    findings = [str(finding) for finding in check_study(open_study(tmp_path / "s")).findings]
    assert any("lexicon.json" in finding for finding in findings)
    assert any("not the one the study began with" in finding for finding in findings)


def test_a_lost_edition_of_ones_own_is_asked_for_in_words(tmp_path: Path):
    create_study(
        tmp_path / "s",
        "Synthetic study",
        lexicon=an_edition_of_ones_own(tmp_path / "mine.json"),
        synthetic=True,
    )
    (tmp_path / "s" / "lexicon.json").unlink()
    with pytest.raises(StudyError, match=r"no edition made-up-2.*Restore lexicon\.json"):
        open_study(tmp_path / "s")


@pytest.mark.parametrize("lexicon", ["birads-mri-1999", Path("absent.json")])
def test_an_edition_that_does_not_exist_makes_no_study(tmp_path: Path, lexicon: object):
    with pytest.raises(HER2LowMRIError):
        create_study(tmp_path / "s", "Synthetic study", lexicon=lexicon, synthetic=True)
    assert not (tmp_path / "s").exists()
