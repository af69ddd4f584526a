"""`rongshu serve`: one command, few processes — a supervisor, web listeners and a worker."""
