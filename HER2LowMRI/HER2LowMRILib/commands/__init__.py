"""The headless commands, one file each: ``add_parser`` and ``run``."""
