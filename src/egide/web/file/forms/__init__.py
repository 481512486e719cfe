"""The forms of the path's acts: what is asked, in which words, and what it becomes for `cases.services`."""
