"""What the readers of this library wrote by hand."""
