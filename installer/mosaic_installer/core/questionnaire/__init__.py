"""The rows of the questionnaire, a file per section, and the parsers they share."""
