"""What a person and other modules do in a random sitting, each kind in a file of its own."""
