"""Images: fetched, or built from what is installed here."""
