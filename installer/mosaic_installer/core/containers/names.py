"""The names of services that something besides their own row speaks of."""

DATABASE = "postgres"
QUEUE = "valkey"
AUTHORITY = "step-ca"
JAEGER = "jaeger"
COLLECTOR = "otel-collector"
GATEWAY = "gateway"
WEB = "web"
