"""E-mail: one outbox in the register, and one SMTP client.

In: messages that reviews and signing have written into the register, or one message of the signing desk. Out: one
delivery of each. What can go wrong: a server that is away or refuses, which is kept with the e-mail.

`outbox` delivers what waits in the register; `pending_notices` writes what tells of matters that wait for a person;
`smtp` hands one message to a server and knows no register, so that the signing desk, a program of its own, uses it too.
`undeliverable` tells the fallback address what others could not be told. Importing the package loads none of them.
"""

__all__ = [
    "addresses",
    "messages",
    "outbox",
    "pending_notices",
    "smtp",
    "undeliverable",
]
