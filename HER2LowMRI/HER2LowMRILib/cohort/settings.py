"""What an analyst can choose; all of it is printed in the report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Seed, screening and amount of resampling.

    Attributes
    ----------
    seed : int
        Of every resampling and Monte Carlo test.
    screening_p : float
        Descriptors below it in the univariate test enter the screened qualitative model (0.1 in the paper).
    folds, repeats : int
        Of the cross-validation.
    bootstraps : int
        Of the optimism correction.
    label_draws : int
        Of exchanged labels, for the sensitivity to wrong IHC scores.
    title : str
        Of the study, at the head of the report.
    by_site : bool
        Also the tables of each site for itself.
    """

    seed: int = 20250310
    screening_p: float = 0.1
    folds: int = 10
    repeats: int = 50
    bootstraps: int = 500
    label_draws: int = 200
    title: str = ""
    by_site: bool = False
