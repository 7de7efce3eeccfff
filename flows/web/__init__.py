"""The web: what other programs and people reach over HTTP.

In: requests. Out: pages, hints in the register, answers. What can go wrong: a request that is not believed changes
nothing and is counted. `app` puts the rooms together; each module gives one router.
"""
