"""Sample data: registered with Slicer, made on this computer, and opened like any study."""

from pathlib import Path

from slicer_session.slicer_python import SampleDataLogic


def test_the_sample_study_is_registered_made_without_a_network_and_opened(session, panel):
    source = SampleDataLogic.sources[-1]
    assert source["category"] == "HER2LowMRI"
    assert "synthetic" in source["sampleName"]
    assert Path(source["thumbnailFileName"]).is_file()
    assert source["uris"] == "", "nothing is downloaded"
    assert source["customDownloader"](None) == []
    ui = panel.pages["study"].ui
    ui.roleCombo.setCurrentIndex(ui.roleCombo.findData("r1"))
    ui.openButton.click()
    assert "Synthetic" in panel.ui.studyLabel.text
    assert len(panel.session.view.work_list) == 3
    first = ui.studyPath.currentPath
    panel.open_sample_study()
    assert ui.studyPath.currentPath == first, "the second time it is there already"
