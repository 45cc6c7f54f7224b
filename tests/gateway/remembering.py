"""What is kept and searched for by the tests of memory, on each kind of database."""

HOSTILE = [
    "",
    " ",
    '"',
    '""""',
    "*",
    "NEAR(",
    "words:tea",
    "a AND OR NOT",
    "-",
    "^",
    "' OR 1=1 --",
    "':*",
    "\\",
    "!(&|)<->",
    "%_",
    ":query",
    "\0",
    "\ud800",
    "\U0010ffff",
    "\u0301",
    "\u202e",
    "{[(",
    "x" * 10_000,
    "(" * 10_000,
    "1e400 -0x 'é",
]
"""Searches that find nothing where nothing of that is kept, and break nothing."""

SPELLINGS = [
    ("My colour is teal.", "TEAL?"),
    ("Das Café öffnet um neun.", "cafe"),
    ("Das Cafe offnet um neun.", "Café öffnet"),
    ("Die Straße ist lang.", "strasse"),
    ("We deploy on Fridays.", "friday"),
    ("\u6211\u4f4f\u5728\u6771\u4eac\u90fd", "\u6771\u4eac"),
    ("\u0645\u0641\u062a\u0627\u062d", "\u0645\u0641\u062a\u0627\u062d"),
    ("Port 14242, user_id=7.", "user_id"),
    ("\ufb01le \uff34\uff25\uff21", "FILE tea"),
    ("I\u2019m O\u2019Brien", "o'brien"),
]
"""What is kept, and how it is asked for."""
