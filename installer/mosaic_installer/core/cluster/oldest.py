"""The oldest engine for services of a Swarm: the first that keeps them from gaining privileges.

Older ones drop `NoNewPrivileges` of a service without a word.
"""

OLDEST_API = (1, 44)
OLDEST_ENGINE = (25,)
OLDEST_NAME = "Docker 25"
