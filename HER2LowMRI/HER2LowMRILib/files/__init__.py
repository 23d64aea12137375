"""Files of any kind: written whole or not at all, and tables of numbers and words; no images, no study."""
