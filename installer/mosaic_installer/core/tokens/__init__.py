"""The ways back to a token, and the exchange of one for another."""
