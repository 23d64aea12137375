"""What lives in the scene beside the nodes: which case is open, and how maps are fitted."""

import enum
from typing import Annotated

from slicer.i18n import tr as _
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper


class FitModel(enum.Enum):
    """How D_app and K_app are fitted; saved in scenes by name."""

    WLLS = "wlls"
    NLLS = "nlls"

    def label(self) -> str:
        """Text in the combo box."""
        texts = {
            FitModel.WLLS: _("signal-weighted log-linear"),
            FitModel.NLLS: _("non-linear, of the signal itself"),
        }
        return texts[self]


class FitS0(enum.Enum):
    """Where the signal at b = 0 comes from; saved in scenes by name."""

    FREE = "free"
    MEASURED = "measured"

    def label(self) -> str:
        """Text in the combo box."""
        texts = {FitS0.FREE: _("fitted"), FitS0.MEASURED: _("as measured (equation of the paper)")}
        return texts[self]


@parameterNodeWrapper
class HER2LowMRIParameterNode:
    """The scene's part of the state.

    studyId - creation time of the study, by which its folder is found in the settings; "" without a study.
    role - reader's id, "adjudicator" or "coordinator".
    caseId - the case that is open.
    page - the page that is shown.
    record - answers of a single case (JSON); a study keeps its own.
    adcLowB, adcHighB - b-values of the ADC [s/mm2].
    fitModel, fitS0 - choices of the fit.
    imageRole - which image of the case the reader chose for the fourth view, e.g. "t2"; "" for none.
    """

    studyId: str
    role: str
    caseId: str
    page: str
    record: str
    adcLowB: Annotated[float, WithinRange(0, 10000)] = 0.0
    adcHighB: Annotated[float, WithinRange(0, 10000)] = 800.0
    fitModel: FitModel = FitModel.WLLS
    fitS0: FitS0 = FitS0.FREE
    imageRole: str
