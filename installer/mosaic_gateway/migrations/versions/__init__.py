"""One module per version of the schema, numbered in order; never edited once released."""
