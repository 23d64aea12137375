"""The rows of a whole study: read and checked, put into tables, told in a report.

table         features.csv and readings.csv of any origin -> typed rows and what was wrong with them
strata        who is compared with whom, in which lesions
variables     which columns are analysed, of which kind
univariate    every variable between the groups
models        logistic models: qualitative, Combined_ADC, Combined_D, Combined_K, Combined_All
performance   ROC and DeLong tables
agreement     kappa and ICC of two readers
settings      what an analyst can choose
analysis      all of it in one go, with what was left out and why
drawing       how every figure is drawn: in a style of its own, and never in a window
report        one HTML file with tables and figures
"""
