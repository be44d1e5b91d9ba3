"""Case work, pure: procedures, their questions, deadlines, transitions and numbers; values in, values out.

No Django, no database, no network and no clock of its own: bytes and dates come in as arguments.
"""
