"""Text that a spreadsheet program must not take for a formula."""

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_formula(text: str) -> bool:
    return text.startswith(FORMULA_BEGINS)
