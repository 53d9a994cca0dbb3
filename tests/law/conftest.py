"""The first question to a calendar builds it, which on a busy machine outlasts Hypothesis' time limit."""

from hypothesis import settings

settings.register_profile("no_time_limit", deadline=None)
settings.load_profile("no_time_limit")
