"""What a long act tells of itself and asks for: the types of its last two arguments."""

from collections.abc import Callable

# Told the part that is done, 0 to 1.
OnProgress = Callable[[float], None] | None
# Asked between steps: where it returns True the act ends with `errors.Cancelled`.
IsCancelled = Callable[[], bool] | None
