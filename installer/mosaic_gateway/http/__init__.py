"""ANSWER: the HTTP interface. Turns requests into calls and results into JSON; decides nothing."""
