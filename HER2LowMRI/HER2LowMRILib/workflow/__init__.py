"""One act of the user per file, for the panel and the commands alike."""
