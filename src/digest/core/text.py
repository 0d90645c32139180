"""White space and lengths of text from outside."""


def fold(text: str) -> str:
    """One line: every run of white space is one space, none at the ends."""
    return " ".join(text.split())


def counted(number: int, noun: str) -> str:
    """`1 paper`, `2 papers`; a noun that ends in `y` gets `ies`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
