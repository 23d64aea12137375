"""Stages of a reading: which images a reader sees when."""

from HER2LowMRILib.images.examination import ADC, DWI, ROLES

# Everything at once, as in the paper; or the diffusion images until the outline is finished, and then the rest.
ALL_AT_ONCE, DIFFUSION_FIRST = "all_at_once", "diffusion_first"
STAGES: dict[str, tuple[tuple[str, ...], ...]] = {
    ALL_AT_ONCE: (ROLES,),
    DIFFUSION_FIRST: ((DWI, ADC), ROLES),
}
