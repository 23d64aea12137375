"""What must hold after every act of a random sitting, each part in a file of its own."""
