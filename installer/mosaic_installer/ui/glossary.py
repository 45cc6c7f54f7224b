"""What the words on the screens mean: shown by `?` on the home screen, and beside the tiers."""

from mosaic_installer.ui.conversation import Page

TERMS = {
    "gateway": "The program that Mosaic Stack runs: it signs people in, keeps their "
    "conversations, and talks to the models.",
    "tier": "How large an installation is: `local` for one person, `standalone` for a team on one "
    "host, `federated` for several hosts.",
    "provider": "A service that runs language models, such as Anthropic, OpenAI, or Ollama on "
    "your own machine.",
    "routing": "The rules that decide which model answers which kind of question.",
    "agent": "What people talk to: a model with a name, and instructions for its work.",
    "token": "A secret that lets a program use the gateway as you, without your password.",
    "channel": "A chat service, such as Discord or Telegram, that a bot of yours belongs to.",
    "sign-on": "Signing in with an account that people have already, by way of Authentik, WorkOS "
    "or Keycloak.",
    "telemetry": "Records of what the gateway does and how long it takes, for you alone.",
    "engine": "Docker or Podman: what runs the containers of the tiers `standalone` and "
    "`federated`.",
}
"""Ten at most, each in one plain sentence."""
GLOSSARY = Page(title="What the words mean", rows=tuple(TERMS.items()))
