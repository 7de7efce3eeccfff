"""E-mail: one outbox in the register, and one SMTP client.

In: messages that reviews and signing have written into the register, or one message of the signing desk. Out: one
delivery of each. What can go wrong: a server that is away or refuses, which is kept with the e-mail.

`outbox` delivers what waits in the register; `smtp` hands one message to a server and knows no register, so that the
signing desk, a program of its own, uses it too. Importing the
package loads neither of them.
"""

__all__ = [
    "outbox",
    "smtp",
]
