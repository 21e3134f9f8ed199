"""Who is let in to the admin, and for how long.

`lockout.py` bounds how often a password is tried, `second_factor.py` is what a telephone and recovery
codes prove, `sign_in.py` has the two steps by which one comes in, `set_up.py` the page on which one
sets the second factor up, `sessions.py` says when all that ends, `refusals.py` what the log says of
whom we did not let in, `security_txt.py` where a hole is reported.
"""
