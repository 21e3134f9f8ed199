"""How an editor tells records apart: by name, and by the key of which there is only one."""


def label_of(obj) -> str:
    """`Iran [moscow-2025-irn]`; of what is no record, its name."""
    key = getattr(obj, "record_key", None)
    return f"{obj} [{key}]" if key else str(obj)
