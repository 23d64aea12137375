"""What happens in one sitting: the case at hand in the scene, and what it is read into (slicer; no qt)."""
