"""Copy the images of cases into the study folder, under names that say nothing of who they are of.

A study that holds its own images can be put on a share as it is, and no reader's view names a patient's folder. Only
what is recognised as an image is copied. DICOM headers are copied as they are, names and all, unless they are
de-identified (`images.deidentify`).
"""

import dataclasses
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from HER2LowMRILib.core.errors import StudyError
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.files.folder_files import files_below
from HER2LowMRILib.files.verified_write import TEMPORARY_SUFFIX, not_saved, write_verified
from HER2LowMRILib.images.deidentify import Deidentifier
from HER2LowMRILib.images.examination import Examination, ImageSet, SeriesFiles
from HER2LowMRILib.images.intake.diffusion_files import companions, neutral_word, sidecars
from HER2LowMRILib.images.intake.image_files import is_image_file, stem
from HER2LowMRILib.images.map_files import MAP_FILES, copy_own_map, is_own_map
from HER2LowMRILib.images.recognised_image import is_image
from HER2LowMRILib.study.case_ids import checked_name
from HER2LowMRILib.study.case_list import CONTEXT_ROLES, IMAGES_FOLDER, Case, CaseImages
from HER2LowMRILib.study.examinations import listed_images
from HER2LowMRILib.study.own_files import inside
from HER2LowMRILib.study.same_images import SOURCES_FILE, differing_images, sources_to_bytes

_DETACHED = (".nhdr", ".mhd", ".hdr")


@dataclass
class CopyReport:
    """What copying left out and took away.

    Attributes
    ----------
    left_out : Counter of str
        Suffix of the file ("no suffix") -> files that are not images and were not copied.
    removed : Counter of str
        DICOM keyword -> how often it was removed or cleaned.
    with_headers : int
        DICOM files that were copied with their headers as they are.
    """

    left_out: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    with_headers: int = 0


def copy_images(
    case: Case,
    study: Path,
    report: CopyReport | None = None,
    token: Callable[[str], str] | None = None,
    examination: Examination | None = None,
) -> tuple[Case, Examination | None]:
    """Copy the images of a case to ``images/<case>/<kind>/`` of a study: all of them, or nothing is there.

    Parameters
    ----------
    case : Case
        A case whose images lie elsewhere.
    study : Path
        The study folder.
    report : CopyReport, optional
        Is added to.
    token : callable, optional
        De-identifies DICOM images with it, see `images.deidentify.Deidentifier`; without it headers stay as they are.

    examination : Examination, optional
        The sorted images: then only the series that it chose are copied, and those that it asks about.

    Returns
    -------
    case : Case
        With the new places.
    examination : Examination or None
        The same images at the new places; what stood aside was not copied.

    Raises
    ------
    StudyError
        If an image is of a form in which the header names another file, or cannot be copied.
    """
    folder = inside(study, IMAGES_FOLDER, checked_name(case.case_id))
    unfinished = folder.with_name(f".{folder.name}{TEMPORARY_SUFFIX}")
    try:
        # Of a copy that was stopped.
        shutil.rmtree(unfinished, ignore_errors=True)
        report = report if report is not None else CopyReport()
        copier = _Copier(report, Deidentifier(case.case_id, token) if token is not None else None)
        copied = (
            copier.copy_case(case.images, unfinished)
            if examination is None
            else copier.copy_chosen(case.images, examination, unfinished)
        )
        if token is not None or examination is not None:
            write_verified(unfinished / SOURCES_FILE, sources_to_bytes(case.images))
        images = copied.moved(lambda place, _role, _number: folder / place.relative_to(unfinished))
        if not folder.exists():
            unfinished.rename(folder)
        elif not _same(images, copied):
            raise StudyError(
                f"the study holds a folder of other images called {case.case_id}",
                todo=f"Look into {IMAGES_FOLDER}/{case.case_id}, move it away, and add the case again",
            )
    except OSError as error:
        raise not_saved("the copy of the images", error) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    moved = None
    if examination is not None:
        moved = copier.at_new_places(examination, lambda path: folder / path.relative_to(unfinished))
    return dataclasses.replace(case, images=images), moved


def _same(there: CaseImages, copied: CaseImages) -> bool:
    """Whether a copy is there already: it was finished, and then the program was stopped before the case was added."""
    try:
        return not differing_images(there, copied)
    except StudyError:
        return False


class _Copier:
    """Copies the images of one case."""

    def __init__(self, report: CopyReport, deidentifier: Deidentifier | None):
        self._report, self._deidentifier = report, deidentifier
        self._copies: dict[Path, Path] = {}

    def copy_chosen(self, images: CaseImages, examination: Examination, folder: Path) -> CaseImages:
        """Copy the series that were chosen, and those that a question is about; returns where they are."""
        listed = listed_images(images, examination)
        nowhere: dict[str, Any] = dict.fromkeys(("dwi", *CONTEXT_ROLES), ())
        maps = dataclasses.replace(images, **nowhere)
        if listed.dwi == images.dwi:
            # Which the diffusion images are was said, or is open: then the places are copied.
            maps = dataclasses.replace(maps, dwi=images.dwi)
        copied = self.copy_case(maps, folder)
        asked = [one for question in examination.questions for one in question.candidates]
        dynamic = [phase.images for phase in (*examination.dce, *examination.ultrafast)]
        sets: dict[str, Iterable[SeriesFiles | ImageSet]] = {
            "dwi": () if listed.dwi == images.dwi else examination.dwi,
            "t1": examination.t1,
            "t2": examination.t2,
            "dce": dynamic,
            "others": (*asked, *examination.adc),
        }
        places = {role: self._copy_files(of, folder / role, role) for role, of in sets.items()}
        found: dict[str, Any] = {role: place for role, place in places.items() if place}
        return dataclasses.replace(copied, **found)

    def _copy_files(
        self, sets: Iterable[SeriesFiles | ImageSet], folder: Path, role: str
    ) -> tuple[Path, ...]:
        """Copy the files of series into one folder, in their order; returns it, or nothing where there are none."""
        files = dict.fromkeys(file for one in sets for file in one.files if file not in self._copies)
        if not files:
            return ()
        target = folder / f"{role}-1"
        target.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(files, start=1):
            word = neutral_word(file) if is_image_file(file) else ""
            self._copies[file] = self._copy_file(file, target, f"{number:05}{word}")
        if self._deidentifier is not None:
            self._report.removed.update(self._deidentifier.removed)
        return (target,)

    def at_new_places(self, examination: Examination, place: Callable[[Path], Path]) -> Examination:
        """The examination with the copies in place of the files; what stood aside was left where it is."""
        aside = tuple(dataclasses.replace(one, volumes=()) for one in examination.aside)
        kept = dataclasses.replace(examination, aside=aside)
        return kept.with_files(lambda file: place(self._copies[file]) if file in self._copies else file)

    def copy_case(self, images: CaseImages, folder: Path) -> CaseImages:
        """Copy all images; returns where they are."""
        own = {
            place for role in MAP_FILES if (place := images.map_place(role)) is not None and is_own_map(place)
        }
        # The class of every voxel is of one fit: maps of two folders are copied as anybody's are.
        together = len({place.parent for place in own}) == 1 and self._deidentifier is None

        def copy(place: Path, role: str, number: int) -> Path:
            if together and place in own:
                return copy_own_map(place, folder / "maps")
            return self._copy_place(place, folder / role, f"{role}-{number}" if number else role)

        copied = images.moved(copy)
        if self._deidentifier is not None:
            self._report.removed.update(self._deidentifier.removed)
        return copied

    def _copy_place(self, place: Path, folder: Path, name: str) -> Path:
        """Copy a file with its companions, or a folder of images; returns where the copy is."""
        folder.mkdir(parents=True, exist_ok=True)
        if not place.is_dir():
            if not is_image(place):
                raise StudyError("a file of the case is not an image", needed="DICOM, NRRD, NIfTI or MHA")
            return self._copy_file(place, folder, name)
        target = folder / name
        target.mkdir()
        found = files_below(place, hidden=False)
        files = found.files
        if found.leading_out:
            self._report.left_out["link out of the folder"] += found.leading_out
        images = [file for file in files if is_image(file)]
        beside = {other for file in images for other in companions(file)}
        others = [file for file in files if file not in {*images, *beside}]
        self._report.left_out.update(file.suffix.lower() or "no suffix" for file in others)
        if not images:
            raise StudyError("a folder of the case holds no image", needed="DICOM, NRRD, NIfTI or MHA files")
        for number, file in enumerate(images, start=1):
            self._copy_file(file, target, f"{number:05}{neutral_word(file) if is_image_file(file) else ''}")
        return target

    def _copy_file(self, file: Path, folder: Path, name: str) -> Path:
        if file.name.lower().endswith(_DETACHED):
            raise StudyError(
                "an image has its header in one file and its voxels in another, and cannot be renamed",
                needed="one file, e.g. .nrrd, .nii or .mha",
                todo="Convert it, or add the case without --copy",
            )
        if not is_image_file(file):
            target = folder / f"{name}.dcm"
            if self._deidentifier is not None:
                self._deidentifier.write(file, target)
            else:
                self._report.with_headers += 1
                shutil.copyfile(file, target)
            return target
        if self._deidentifier is not None:
            raise StudyError(
                "only DICOM images are de-identified",
                needed="DICOM",
                found=f"a file {''.join(file.suffixes[-2:]).lower() or 'of another kind'}",
                todo="Look into its header yourself, and add the case without --deidentify",
            )
        own_stem = stem(file)
        for suffix, table in sidecars(file).items():
            shutil.copyfile(table, folder / (name + suffix))
        target = folder / (name + file.name[len(own_stem) :])
        shutil.copyfile(file, target)
        return target


def copy_lines(report: CopyReport, *, deidentified: bool) -> list[str]:
    """What was left out and removed, in words."""
    lines = []
    if report.left_out:
        kinds = ", ".join(f"{suffix} {count}" for suffix, count in sorted(report.left_out.items()))
        lines.append(f"not copied, because they are not images: {kinds}")
    if report.with_headers:
        lines.append(
            f"the headers of {counted(report.with_headers, 'DICOM file')} were copied as they are and may hold names, "
            "birth dates and ids: --deidentify takes them out"
        )
    if deidentified and report.removed:
        shown = ", ".join(f"{name} {count}" for name, count in report.removed.most_common(12))
        more = f" and {len(report.removed) - 12} more kinds" if len(report.removed) > 12 else ""
        lines.append(f"taken out of the DICOM headers: {shown}{more}")
    return lines
