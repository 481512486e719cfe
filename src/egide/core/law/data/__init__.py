"""The tables of the law: rules, conflicts, constants, the words of answers. Data only; `core/law/rules.py` reads them."""
