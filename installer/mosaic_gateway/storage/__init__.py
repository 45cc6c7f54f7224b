"""STORE: the database. The only room that knows which kind it is."""
