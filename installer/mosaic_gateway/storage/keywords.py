"""Finds passages by their words: FTS5 in SQLite, a GIN index over tsvectors in PostgreSQL.

Neither splits nor normalises anything: a passage is words between spaces, which `memory/words.py`
makes alike for both (lower case, without accents). So both databases find the same, no dictionary
of a language and no extension (`unaccent`) is needed, and nothing that a person types is ever read
as the syntax of a query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Row, bindparam, text

Kind = Literal["memory_id", "turn_id"]

# As in the migration that makes the index: another expression would not use it.
VECTOR = "array_to_tsvector(string_to_array(passages.words, ' '))"

_SQLITE = """
SELECT passages.id, passages.words FROM passages_words
JOIN passages ON passages.id = passages_words.rowid
WHERE passages_words MATCH :query AND passages.user_id = :user AND passages.{kind} IS NOT NULL
ORDER BY bm25(passages_words), passages.id DESC LIMIT :most
"""
_POSTGRES = f"""
SELECT passages.id, passages.words FROM passages
WHERE {VECTOR} @@ CAST(:query AS tsquery)
AND passages.user_id = :user AND passages.{{kind}} IS NOT NULL
ORDER BY ts_rank({VECTOR}, CAST(:query AS tsquery), 1) DESC, passages.id DESC LIMIT :most
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Sought:
    """A word that is looked for, of letters, marks and digits alone.

    With `begins`, longer ones that begin with it are found as well.
    """

    word: str
    begins: bool

    def fits(self, word: str) -> bool:
        """Whether it is found in this one."""
        return word.startswith(self.word) if self.begins else word == self.word


def candidates(
    connection: Connection, user_id: str, words: Sequence[Sought], *, kind: Kind, most: int
) -> Sequence[Row[int, str]]:
    """Ids and words of a user's passages in which one of these is.

    `kind` is what they are passages of. Where there are more than `most`, those that the index
    ranks highest.
    """
    if connection.dialect.name == "sqlite":
        query, template = (
            " OR ".join(f'"{each.word}"{" *" * each.begins}' for each in words),
            _SQLITE,
        )
    else:
        query, template = (
            " | ".join(f"'{each.word}'{':*' * each.begins}" for each in words),
            _POSTGRES,
        )
    statement = text(template.format(kind=kind)).bindparams(
        bindparam("query", query), bindparam("user", user_id), bindparam("most", most)
    )
    return connection.execute(statement).all()
