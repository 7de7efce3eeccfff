"""E-mail: the outbox that messages wait in, and the one way out by SMTP."""
