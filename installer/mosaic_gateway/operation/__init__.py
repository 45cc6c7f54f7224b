"""RUN: the commands of `mosaic-gateway`, and the one place where all parts are put together."""
