"""Tables of the act: applications, exam centres and places, draws, results."""
