"""The statistics of a reader study: arrays in, frozen results out, every gap explained in words.

A result carries its point estimate, its interval, the n it rests on and a ``note``. A number that cannot be
had is NaN *and* the note says why; input that makes no sense at all (text among numbers, unequal lengths) is
refused with an ``AnalysisError``. Where R, SPSS and textbooks differ, the docstring says whose rule holds.

=====================  =====================================================================================
do readers agree?
kappa                  ``cohen_kappa`` (unweighted, linear, quadratic), ``gwet_ac1``, ``pabak``,
                       ``category_agreement`` = all that suit one descriptor
icc                    ``icc`` = all six forms; (2,1) is the one to report, (3,1) is SPSS's default
bland_altman           ``bland_altman`` = bias, limits of agreement, wCV; ``largest_differences``
agreement_labels       Landis-Koch for kappa, Koo-Li for ICC
do groups differ?
contingency            ``compare_categories`` = chi-squared or Fisher by a stated rule
fisher                 ``fisher_exact``: exact for r x c where that is possible, else seeded Monte Carlo
rank_tests             ``mann_whitney``, ``kruskal_wallis`` (with Dunn)
numeric_groups         ``compare_numbers`` = rank or normal test by normality, with group summaries
summaries              mean and SD, median and quartiles as SPSS prints them, ``is_normal``
multiplicity           ``adjust`` = Holm, Benjamini-Hochberg, ...
does a model separate them?
logistic               ``fit_logistic`` = maximum likelihood, or Firth where the groups are separated;
                       ``likelihood_ratio_test`` for nested models
firth                  ``fit_firth``: penalised likelihood with profile limits
profile_likelihood     profile limits of a coefficient
newton                 the solver below all of them, for many weightings of one data set at once
separation             is there a finite maximum likelihood estimate?
collinearity           VIF, condition number, events per variable
how well?
roc                    ``roc_curve``, ``direction_of``, ``youden``
delong                 ``auc``, ``compare_paired`` with DeLong's variance
proportions            Wilson, Clopper-Pearson and logit limits
resampling             ``bootstrap_optimism``, ``cross_validate`` with all selection inside, limits by jackknife
procedures             what they repeat: ``SingleMarker``, ``LogisticProcedure`` with or without a screen
calibration            Brier score, calibration slope and intercept
=====================  =====================================================================================
"""
