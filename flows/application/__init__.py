"""The use cases of the line, one module each: what flows, commands and pages call. No Prefect, console or HTTP."""
