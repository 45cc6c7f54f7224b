"""The containers of one installation as values."""
