"""Signs in a message that tell what kind of task it is, each with its weight and in words.

Words are matched whole and in any case. A weight says how much a sign tells alone: 2 is enough, 1
needs another sign beside it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ENOUGH = 2
FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sign:
    """What was seen in a message, in words for the reason, and how much it tells."""

    words: str
    weight: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A sign to look for; `words` is None where the text that was found says it best."""

    pattern: str
    weight: int
    words: str | None = None
    flags: re.RegexFlag = re.MULTILINE

    def found_in(self, text: str) -> set[str]:
        """Return what of a text the pattern matches, in lower case."""
        # Compiled with the first message, for which nobody waits at the start.
        return {match[0].lower() for match in re.finditer(self.pattern, text, self.flags)}


def _words(weight: int, *alternatives: str) -> Rule:
    pattern = rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w-])"
    return Rule(pattern, weight, flags=re.IGNORECASE)


def _form(weight: int, words: str, pattern: str) -> Rule:
    return Rule(pattern, weight, words)


CODING = (
    _form(2, "a code block", FENCE.pattern),
    _form(
        2,
        "a stack trace",
        r"^Traceback \(most recent|^[ \t]{1,8}at [\w.$<>]{1,200}\([^\n:]{1,200}:\d|^panic: ",
    ),
    _form(
        2,
        "a line of code",
        r"^[ \t]{0,16}(?:def \w{1,60}\(|class \w{1,60}[(:{]|import [\w.]{1,80}$"
        r"|from [\w.]{1,80} import |#include ?<|func \w{1,60}\("
        r"|(?:const|let|var) \w{1,60} =|SELECT\b[^\n]{1,200}\bFROM\b)",
    ),
    _form(1, "a call", r"(?<![\w.])[a-zA-Z_][\w.]{0,60}\(\)"),
    _form(
        2,
        "a name of a source file",
        r"(?<![\w/-])[\w/-]{1,80}\.(?:py|js|ts|tsx|jsx|go|rs|java|kt|rb|php|c|h|cpp|cs|swift|sh|sql|css|toml|ya?ml)\b",
    ),
    _words(
        2,
        r"refactor\w*",
        r"debug\w*",
        r"unit[ -]tests?",
        r"regex(?:es|p)?",
        r"regular expressions?",
        r"stack ?traces?",
        r"segfaults?",
        r"pull requests?",
        r"compilers? errors?",
        r"source code",
        r"sql quer(?:y|ies)",
        r"shell scripts?",
        r"data structures?",
        r"dynamic programming",
        r"linked lists?",
        r"binary (?:search )?trees?",
        r"hash ?(?:map|table)s?",
        r"time complexity",
        r"codebase",
        r"api endpoints?",
        r"race conditions?",
        r"null pointers?",
        r"off-by-one",
        r"type ?errors?",
        r"(?:write|create|build|develop|fix|review|run) (?:an?|the|this|my|some) (?:\S{1,30} ){0,3}"
        r"(?:code|scripts?|programs?|functions?|class|methods?|queries|query|modules?|parsers?)",
    ),
    _words(
        1,
        r"python\d*",
        r"javascript|typescript|node\.js|golang|kotlin|haskell|bash|powershell|php|perl",
        r"java|rust|ruby|scala|swift",
        r"c\+\+|c#|\.net",
        r"html|css|sql",
        r"react|django|flask|fastapi|pandas|numpy|pytorch|postgres(?:ql)?|sqlite|redis",
        r"docker\w*|kubernetes|terraform|git|github|linux",
    ),
    _words(
        1,
        r"implement\w*",
        r"compil\w+",
        r"cod(?:e|es|ed|ing)",
        r"program(?:s|ming|mer)?",
        r"functions?",
        r"algorithms?",
        r"arrays?",
        r"recursi\w+",
        r"variables?",
        r"bugs?",
        r"exceptions?",
        r"scripts?",
        r"api",
        r"database",
        r"websites?",
    ),
)
SUMMARY = (
    _words(
        2,
        r"summar(?:y|ies|i[sz]e[sd]?|i[sz]ing)",
        r"tl;?dr",
        r"in a nutshell",
        r"key (?:points|takeaways)",
        r"condense[sd]?",
        r"boil (?:it|this|that) down",
        r"recap",
        r"gist",
    ),
)
RESEARCH = (
    _words(
        2,
        r"research",
        r"literature review",
        r"state of the art",
        r"cite (?:your )?sources",
        r"with (?:sources|citations|references)",
        r"investigate\w*",
        r"in[ -]depth",
        r"market analysis",
        r"peer[ -]reviewed",
    ),
    _words(
        1,
        r"compar(?:e|es|ing|ison)",
        r"sources?",
        r"evidence",
        r"stud(?:y|ies)",
        r"pros and cons",
        r"advantages and disadvantages",
        r"analy[sz](?:e|is|ing)",
        r"latest",
        r"trends?",
        r"survey",
    ),
)
COMPLEX = (
    _words(
        2,
        r"architect\w*",
        r"distributed",
        r"concurren\w+",
        r"race conditions?",
        r"deadlocks?",
        r"refactor\w*",
        r"migrat\w+",
        r"memory leaks?",
        r"across (?:all|several|many|multiple) \w+",
        r"multiple (?:files|services|modules|threads)",
        r"from scratch",
        r"end[ -]to[ -]end",
        r"security (?:review|audit|holes?)",
        r"thread[ -]safe\w*",
        r"fault[ -]toleran\w+",
        r"performance",
        r"optimi[sz]e\w*",
    ),
)
SIMPLE = (
    _words(
        2,
        r"one[ -]liners?",
        r"typos?",
        r"rename",
        r"hello,? world",
        r"what does (?:this|it) do",
        r"add (?:a )?comments?",
        r"docstrings?",
        r"syntax (?:of|for)",
        r"how do (?:i|you) (?:print|sort|reverse|split|join|convert|check|loop)",
    ),
)
SHORT_QUESTION = re.compile(
    r"(?:what|who|whom|whose|when|where|which|is|are|was|were|do|does|did|can|how (?:many|much"
    r"|old|far|long|tall|big))\b[^\n?]{0,70}\?\s*\Z",
    re.IGNORECASE,
)
"""A question that a fact answers; "why" and "how" ask for more."""


def signs_of(text: str, rules: Iterable[Rule]) -> tuple[Sign, ...]:
    """Return the signs of these rules that a text shows, the weightiest first."""
    found = sorted(_found(text, rules), key=lambda sign: -sign.weight)
    return tuple(dict.fromkeys(found))


def weight_of(signs: Iterable[Sign]) -> int:
    """Return how much signs tell together."""
    return sum(sign.weight for sign in signs)


def _found(text: str, rules: Iterable[Rule]) -> Iterator[Sign]:
    for rule in rules:
        seen = rule.found_in(text)
        if rule.words and seen:
            yield Sign(rule.words, rule.weight)
        elif not rule.words:
            yield from (Sign(f"`{words}`", rule.weight) for words in sorted(seen))
