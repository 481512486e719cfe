"""The law as dated data: what held on a day, for whom, until when, and from which text we know it.

Pure: no clock, no database, no framework. Every function takes the day or the instant it is asked about. Nothing here
decides anything about a person: a magistrate does, and the answers say what was satisfied, what was not, and what
nobody has answered yet.
"""
