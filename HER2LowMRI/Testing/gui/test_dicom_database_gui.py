"""Examinations of Slicer's DICOM database become cases of a study; their volumes know which instances they are."""

import pydicom
import pytest
import slicer
from HER2LowMRILib.session.dicom_database import INSTANCES
from HER2LowMRILib.session.reading_session import SINGLE
from HER2LowMRILib.study.study_folder import open_study
from HER2LowMRILib.synthetic import anatomy, cases, dwi_series


class IndexedFiles:
    """What ctkDICOMDatabase says of files that it indexed; only members that Slicer 5.12 has."""

    isOpen = True

    def __init__(self, files):
        self._of = {
            str(file): pydicom.dcmread(file, stop_before_pixels=True) for file in sorted(map(str, files))
        }

    def _unique(self, value, **where):
        found = [
            data for data in self._of.values() if all(data.get(key) == known for key, known in where.items())
        ]
        return tuple(dict.fromkeys(str(data.get(value)) for data in found))

    def patients(self):
        return tuple(str(number) for number, _ in enumerate(self._unique("PatientID"), start=1))

    def _patient(self, patient):
        return self._unique("PatientID")[int(patient) - 1]

    def studiesForPatient(self, patient):
        return self._unique("StudyInstanceUID", PatientID=self._patient(patient))

    def seriesForStudy(self, study):
        return self._unique("SeriesInstanceUID", StudyInstanceUID=study)

    def filesForSeries(self, series, hits=-1):
        return tuple(file for file, data in self._of.items() if data.SeriesInstanceUID == series)[
            : hits if hits > 0 else None
        ]

    def nameForPatient(self, patient):
        return self._unique("PatientName", PatientID=self._patient(patient))[0]

    def descriptionForStudy(self, study):
        return self._unique("StudyDescription", StudyInstanceUID=study)[0]

    def fileValue(self, file, tag):
        group, element = (int(part, 16) for part in tag.split(","))
        return str(self._of[file].get((group, element)).value)

    def instanceForFile(self, file):
        return str(self._of[file].SOPInstanceUID) if file in self._of else ""


@pytest.fixture
def indexed(tmp_path, monkeypatch):
    """Two synthetic patients, the files of one in a folder of its own and those of the other mixed with others."""
    files = []
    for number in (1, 2):
        case = cases.draw_case(number)
        files += dwi_series.write_series(case, anatomy.build(case), tmp_path / "dicom" / f"s{number}")
    (tmp_path / "dicom" / "s2" / "not of the database.txt").write_text("x")
    found = IndexedFiles(files)
    monkeypatch.setattr(slicer, "dicomDatabase", found, raising=False)
    return found


def shown(table):
    return [tuple(table.item(row, column).text() for column in range(4)) for row in range(table.rowCount)]


def test_marked_examinations_become_cases_under_pseudonyms(person, indexed, tmp_path):
    person.panel.go_to("study")
    ui = person.page("study")
    ui.databaseSection.collapsed = False
    rows = shown(ui.databaseTable)
    assert [row[3] for row in rows] == ["96", "96"] and all(row[1] == "2000-01-01" for row in rows)
    assert all("SYNTHETIC" in row[0] for row in rows)
    ui.databaseTable.selectRow(0)
    ui.newSection.collapsed = False
    ui.newPath.currentPath = str(tmp_path / "study")
    ui.readersEdit.text = "r1"
    person.clicks(ui.createButton)
    study = open_study(tmp_path / "study")
    (case,) = study.cohort().cases
    assert case.case_id.startswith("C") and "SYNTHETIC" not in case.case_id
    assert case.images.dwi == (tmp_path / "dicom" / "s1",)
    person.enters("coordinator")
    person.panel.go_to("study")
    ui.databaseTable.clearSelection()
    ui.databaseTable.selectRow(1)
    person.clicks(ui.databaseAddButton)
    assert "1 case added" in person.panel.ui.messageLabel.text
    added = next(one for one in open_study(tmp_path / "study").cohort().cases if one.case_id != case.case_id)
    assert len(added.images.dwi) == 96
    # Once more changes nothing.
    ui.databaseTable.selectRow(1)
    person.clicks(ui.databaseAddButton)
    assert "already" in person.panel.ui.messageLabel.text


def test_volumes_of_the_database_know_their_instances(person, indexed, tmp_path):
    person.panel.go_to("study")
    ui = person.page("study")
    ui.databaseSection.collapsed = False
    ui.databaseTable.selectRow(0)
    ui.newSection.collapsed = False
    ui.newPath.currentPath = str(tmp_path / "study")
    ui.readersEdit.text = "r1"
    person.clicks(ui.createButton)
    person.enters("r1")
    person.opens_next_case()
    nodes = person.panel.session.case.images_by_b
    uids = [node.GetAttribute(INSTANCES).split() for node in nodes.values()]
    assert [len(one) for one in uids] == [24, 24, 24, 24] and len({uid for one in uids for uid in one}) == 96


class Browser:
    """The browser of Slicer's module DICOM, as far as it says what is chosen in it."""

    def __init__(self, *chosen):
        self.browserWidget = self.dicomBrowser = self
        self._chosen = chosen

    def dicomTableManager(self):
        return self

    def currentStudiesSelection(self):
        return self._chosen


def test_what_is_chosen_in_slicers_browser_is_marked(person, indexed, monkeypatch):
    (study,) = indexed.studiesForPatient("2")
    monkeypatch.setattr(slicer.modules, "DICOMWidget", Browser(study), raising=False)
    person.panel.go_to("study")
    ui = person.page("study")
    ui.databaseSection.collapsed = False
    assert {item.row() for item in ui.databaseTable.selectedItems()} == {1}
    monkeypatch.setattr(slicer.modules, "DICOMWidget", Browser(), raising=False)
    person.panel.exit()
    person.panel.enter()
    assert ui.databaseTable.selectedItems() == []


def test_a_marked_examination_opens_as_a_single_case(person, indexed):
    person.panel.go_to("study")
    ui = person.page("study")
    ui.databaseSection.collapsed = False
    person.clicks(ui.databaseOpenButton)
    assert "one marked examination" in person.panel.ui.messageLabel.text
    ui.databaseTable.selectRow(1)
    person.clicks(ui.databaseOpenButton)
    session = person.panel.session
    assert (session.role, session.reading.case_id, person.panel.page.NAME) == (SINGLE, "CASE-001", "voi")
    assert session.case.has_maps() and session.beside.examination is not None
    uids = [node.GetAttribute(INSTANCES).split() for node in session.case.images_by_b.values()]
    assert [len(one) for one in uids] == [24, 24, 24, 24]
    shown = [node.GetName() for node in session.case.nodes.values()]
    assert not [name for name in shown if "SYNTHETIC" in name]


def test_without_an_open_database_the_page_says_so(person, monkeypatch):
    monkeypatch.setattr(slicer, "dicomDatabase", None, raising=False)
    person.panel.go_to("study")
    person.page("study").databaseSection.collapsed = False
    person.panel.show_message("")
    person.clicks(person.page("study").databaseListButton)
    assert "not open" in person.panel.ui.messageLabel.text
