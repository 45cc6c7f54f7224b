"""The services on the web that answers turn on: what is asked, what an answer means."""
