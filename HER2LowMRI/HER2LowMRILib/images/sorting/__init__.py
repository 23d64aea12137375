"""Sort the images of one examination by what they are: T1, T2, phases of the dynamic series, and the rest."""
