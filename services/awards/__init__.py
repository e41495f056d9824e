"""Awards keeps what authority decides: recognitions, the replication list, commendations under quota.

Its verb is to decide. It judges nothing anew: it takes over what the appraisal found and holds who decided.
"""
