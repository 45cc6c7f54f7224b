"""What can go wrong with a Swarm, in our words: rows of the table in `errors.py`."""

from mosaic_installer.errors import EngineError

SWARM_TROUBLES = (
    (
        (
            r"does not have a leader|too few managers are online|lost leader status|"
            # So says a manager that has just lost the others, until it knows. A registry that is
            # slow is named before these words.
            r"\A(rpc error: code = DeadlineExceeded desc = )?context deadline exceeded\Z"
        ),
        EngineError(
            "most managers of the Swarm are lost, so nothing of it can be seen or changed",
            "run this again in two minutes: they may be choosing a leader. Else bring managers "
            "back; what runs goes on running meanwhile. If they are gone for good, `mosaic cluster "
            "recover` makes this machine the only manager",
            identifier="no-quorum",
        ),
    ),
    (
        r"update out of sequence",
        EngineError(
            "somebody else goes on changing it",
            "end what else deploys this stack (another `mosaic install`, a pipeline, Portainer), "
            "then run this again",
        ),
    ),
    (
        r"name conflicts with an existing object",
        EngineError(
            "something else on the Swarm has its name",
            "`docker service ls` shows services, `docker secret ls` and `docker config ls` the "
            "rest; remove what took the name, then run this again",
        ),
    ),
)
