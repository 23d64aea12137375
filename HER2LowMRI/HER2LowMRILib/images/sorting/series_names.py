"""What the name of a series says of its images: needed, and never enough.

The words are those of 64,755 series of public breast MRI (idc-index-data 25.0.5), of the makers' own names, and of
the languages of their users.
"""

import re
from dataclasses import dataclass

_GE_IMAGES = r"\(\d+/\d+/\d+(?:\.\.\d+)?\)"
_GE_DIFFERENCE = re.compile(rf"^\s*{_GE_IMAGES}\s*-\s*{_GE_IMAGES}")
_GE_SUM = re.compile(rf"^\s*{_GE_IMAGES}\s*\+\s*{_GE_IMAGES}|^\s*bind\s*\(")
_SUBTRACTION = re.compile(
    r"\b(s?sub|subs|(?<!no )s?subtract\w*|sbt|subtraktion|soustr\w*|sottraz\w*|sustrac\w*|substr\w*|minus)\d*\b"
)
_PROJECTION = re.compile(r"\b(\w?mips?\d*|mip ?\w{1,3}|projections?|pjns?|thin ?mips?|radial)\b")
_REFORMATTED = re.compile(r"\b(mprs?|reformat\w*|rfmts?|reconstructed|cpr|mpr ?\w{1,3})\b")
_REGISTERED = re.compile(r"\b(moco|registered|registration|motion ?corr\w*|reg|coreg\w*|elastic)\b")
_PARAMETRIC = re.compile(
    r"\b(ser|serreport|pe\d?|pei|nei|msi|wash ?(in|out)|washin|washout|ttp|tto|k ?trans|param\w*|kinetics?|slope|"
    r"auc|iauc|angiomap|functool|cad|signal enhancement ratio|enhancement (ratio|map)|"
    r"perfusion map|color|colour|screen ?save\w*|report|segmentation|field ?map\w*)\b|"
    r"\bmaps?\b|\b(dwi mask|whole tumou?r)\b"
)
_LOCALIZER = re.compile(
    r"\b(loc|locs|locators?|localizers?|localiser|localisers|scouts?|survey|3 ?plane|3 ?pl|tri ?plane|planning|"
    r"calib\w*|cal|shim\w*|ref ?scan|asset ?cal\w*|senseref|coil ?surv\w*|test ?bolus|care ?bolus)\b"
)
_SPECTROSCOPY = re.compile(r"\b(svs|csi|press|spectro\w*|mrs)\b")
_DIFFUSION = re.compile(
    r"\b(dwi\w*|ep2d ?diff\w*|diff\w*|adc|eadc|dadc|dti|resolve|trace\w*|b ?\d{3,4}|zoomit)\b"
)
_T2 = re.compile(r"\bt2(?!\d| ?(star|\*))\w*|\b\w*(tirm|stir)\b")
_T1 = re.compile(r"\bt1(?!\d)\w*")
_DYNAMIC = re.compile(
    r"\b(dyn\w*|dce\w*|vibrant\w*|thrive|ethrive|multi ?phase\w*|mph|mphs?|perfusion|perf|dynaviews|"
    r"ph ?\d+|phase ?\d+|\d+(st|nd|rd|th) ?(pass|post|phase)?|dinam\w*|e?thrive\w*)\b|\bblade dyn\b"
)
_ULTRAFAST = re.compile(
    r"\b(ultra ?fast|u ?fast|ufast|twist|tricks|disco|4d ?thrive|keyhole|time ?resolved)\b"
)
_PRE = re.compile(
    r"\b(pre|mask|precontrast|pre ?con\w*|pre ?gad\w*|nativ\w*|vor ?km|sans ?inj\w*|sans ?contr\w*|sin ?contraste|"
    r"sin ?civ|senza ?\w*|mdc ?no|basal|unenhanced|non ?contrast|no ?contrast|w ?o ?contrast|"
    r"without ?contrast|0 ?min)\b"
)
_POST = re.compile(
    r"\b(post\w*|nach ?km|avec ?inj\w*|avec ?contr\w*|apr(e|è)s ?inj\w*|con ?contraste|con ?civ|dopo ?\w*|con ?mdc|"
    r"\d+(st|nd|rd|th) ?(pass|post)?|pg|gad\w*|gd|km|ce|delay\w*|late|contrast)\b|\+ ?c\b|\bc ?\+"
)
_AFTER = re.compile(
    r"\b(post\w*|nach ?km|avec ?\w*|apr(e|è)s ?\w*|con ?(contraste|civ|mdc)|dopo ?\w*|\d+(st|nd|rd|th) ?(pass|post)|"
    r"delay\w*|pg)\b"
)
_NUMBERED = (
    re.compile(r"\bph(?:ase)? ?(\d{1,2})\b"),
    re.compile(r"\bpost ?(\d{1,2})\b"),
    re.compile(r"\b(\d{1,2})(?:st|nd|rd|th) ?(?:pass|post|phase|dyn)?\b"),
    re.compile(r"\bpass ?(\d{1,2})\b"),
    re.compile(r"\b(?:km|gd) ?(\d{1,2})\b"),
    re.compile(r"\bdyn\w*? ?(\d{1,2})\b"),
)
_NOT_FAT_SUPPRESSED = re.compile(
    r"\b(non? ?fs|no ?fat ?\w*|non ?fat ?\w*|without ?f\w*|w ?o ?fs|w ?o ?fat ?\w*|nfs|nofs|nonfatsat|no ?fat|"
    r"sans ?(fs|sat\w*)|ohne ?fs|sin ?(fs|sat\w*)|unsat|no ?sat|nfsat|no ?spair)\b"
)
_FAT_SUPPRESSED = re.compile(
    r"\b(fs\d?|t[12]\w*fs|fat ?sat\w*|fatsat\w*|fat ?sup\w*|fatsup\w*|spair|spir|\w*stir|\w*tirm|water|we|wats|proset|"
    r"ethrive\w*|chess|sat|dixon ?w|w fs|fsat)\b|\bw$"
)
_DIXON = re.compile(
    r"\b(m?dixon\w*|ideal\w*|flex|lava ?flex|vibrant ?flex|dual ?echo|qfat|twist ?vibe ?dix\w*|dix\w*)\b"
)
_FAT = re.compile(
    r"\bfat ?:|^\s*fat\b(?! ?(sat|sup|sat\w*))|\b(dixon|ideal|vibe|flex|dix)\b.*\bf$|\bfat ?only\b|"
    r"\bt[12]\w* (?:.* )?(?<!no )f$"
)
_PHASES_OF_DIXON = re.compile(
    r"(\b(ip|op|in|opp|in ?phase|out ?phase|out ?of ?phase|opposed|inphase|outphase)$)|"
    r"\b(ip|op|inphase|outphase|in ?phase|out ?phase) ?:"
)
_WATER = re.compile(r"\bwater\b|\b(dixon|ideal|vibe|flex|dix|t[12]\w*)\b.*\bw$")
_LEFT = re.compile(r"\b(l|lt|left|links|linke?|gauche|izq\w*|sin|sx|lb)\b")
_RIGHT = re.compile(r"\b(r|rt|right|rechts|rechte?|droite?|der\w*|dx|dxt|rb)\b")

SUBTRACTION, PROJECTION, REFORMATTED = "subtraction", "projection (MIP)", "reformatted image"
REGISTERED, COMPUTED, LOCALIZER = "registered copy", "computed image", "localizer"
DIXON_FAT, DIXON_PHASE = "Dixon fat image", "Dixon image in or out of phase"


@dataclass(frozen=True)
class NameFacts:
    """What one name says.

    Attributes
    ----------
    derived : str
        Why the images are none that were acquired ("subtraction", ...); empty: it does not say.
    localizer, diffusion, t1, t2, dynamic, ultrafast, pre, post, dixon, water : bool
    after : bool
        It says not only "with contrast agent", but that these are the phases after it.
    fat_suppressed : bool or None
    phase : int or None
        Number of the phase: 0 before contrast, 2 for "2nd pass", "Ph2", "post 2".
    side : str
        "left", "right" or empty.
    """

    derived: str = ""
    localizer: bool = False
    diffusion: bool = False
    t1: bool = False
    t2: bool = False
    dynamic: bool = False
    ultrafast: bool = False
    pre: bool = False
    post: bool = False
    after: bool = False
    dixon: bool = False
    water: bool = False
    fat_suppressed: bool | None = None
    phase: int | None = None
    side: str = ""

    @property
    def says_something(self) -> bool:
        """Whether the name says what the images are."""
        return bool(self.derived or self.localizer or self.diffusion or self.t1 or self.t2 or self.dynamic)


def name_facts(description: str) -> NameFacts:
    """What the name of a series says.

    Parameters
    ----------
    description : str
        Series description, protocol name, or name of a file without its suffix.
    """
    lower = description.lower()
    words = " ".join(re.sub(r"[^a-z0-9+:*àâçèéêëîïôöùûüß]+", " ", lower).split())
    t2, t1 = bool(_T2.search(words)), bool(_T1.search(words))
    pre, post = bool(_PRE.search(words)), bool(_POST.search(words))
    after = bool(_AFTER.search(words))
    if pre and post:
        # "VIBRANT PRE/POST" is the name of all phases together; "vor KM" and "pre contrast" name the agent only.
        pre, post = not after, False
    left, right = bool(_LEFT.search(words)), bool(_RIGHT.search(words))
    return NameFacts(
        derived=_derived(lower, words),
        localizer=bool(_LOCALIZER.search(words)) or bool(_SPECTROSCOPY.search(words)),
        diffusion=bool(_DIFFUSION.search(words)),
        t1=t1,
        t2=t2,
        dynamic=bool(_DYNAMIC.search(words) or _ULTRAFAST.search(words)),
        ultrafast=bool(_ULTRAFAST.search(words)),
        pre=pre,
        post=post,
        after=post and after,
        dixon=bool(_DIXON.search(words)) or bool(_FAT.search(words)),
        water=bool(_WATER.search(words)),
        fat_suppressed=_fat_suppressed(words),
        phase=_phase(words, pre),
        side="left" if left and not right else "right" if right and not left else "",
    )


def _derived(lower: str, words: str) -> str:
    if _GE_DIFFERENCE.match(lower):
        return SUBTRACTION
    if _GE_SUM.match(lower):
        return COMPUTED
    for pattern, reason in (
        (_PROJECTION, PROJECTION),
        (_SUBTRACTION, SUBTRACTION),
        (_REFORMATTED, REFORMATTED),
        (_REGISTERED, REGISTERED),
        (_PARAMETRIC, COMPUTED),
        (_FAT, DIXON_FAT),
        (_PHASES_OF_DIXON, DIXON_PHASE),
    ):
        if pattern.search(words):
            return reason
    return ""


def _fat_suppressed(words: str) -> bool | None:
    if _NOT_FAT_SUPPRESSED.search(words):
        return False
    return True if _FAT_SUPPRESSED.search(words) or _WATER.search(words) else None


def _phase(words: str, pre: bool) -> int | None:
    for pattern in _NUMBERED:
        found = pattern.search(words)
        if found:
            return int(found.group(1))
    return 0 if pre else None
