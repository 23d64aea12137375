"""A made-up patient and cohort with known truth, marked as synthetic wherever they are written."""
