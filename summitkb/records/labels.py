"""How an editor tells records apart: by name, by what sets namesakes apart, and by the key."""


def label_of(obj) -> str:
    """`Iran [moscow-2025-irn]`; of what is no record, its name.

    A `distinction` that a queryset has given stands between: `Ali Khan, Secretary, Iran [ali-khan]`.
    """
    key = getattr(obj, "record_key", None)
    names = ", ".join(filter(None, (str(obj), getattr(obj, "distinction", None))))
    return f"{names} [{key}]" if key else names
