"""What the commands that analyse a table say with ``--dry-run``."""

from HER2LowMRILib.commands.say import say
from HER2LowMRILib.core.wording import counted
from HER2LowMRILib.workflow.analyze_cohort import TablesRead, look_lines


def say_what_is_taken(tables: TablesRead) -> int:
    """Say what would be taken, left out and asked; returns the exit status."""
    say(*look_lines(tables))
    asked = f", {counted(len(tables.questions), 'question')} open" if tables.questions else ""
    say(f"dry run: nothing was written{asked}")
    return 0
