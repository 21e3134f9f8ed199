"""The two groups of accounts, and what each may do. They are made by a migration, and kept by whoever
administers: an account is put into one of them and may enter the admin (`is_staff`).

An *Editor* enters and submits. A *Reviewer* also publishes, withdraws and merges, and so may change
what is public, and cuts releases of it.
"""

EDITOR = ("view", "add", "change", "delete")
GROUPS = {"Editor": EDITOR, "Reviewer": (*EDITOR, "publish", "withdraw", "merge")}
APPS = ("records", "delegations", "meetings")


def make_groups(group_model, permission_model) -> None:
    """Make the groups where they are not there, and give each what it may do with our tables."""
    ours = permission_model.objects.filter(content_type__app_label__in=APPS)
    ours = ours.exclude(content_type__model__endswith="history")
    releases = permission_model.objects.filter(codename="cut_release")
    for name, actions in GROUPS.items():
        group, _ = group_model.objects.get_or_create(name=name)
        allowed = [p for p in ours if p.codename.partition("_")[0] in actions]
        group.permissions.add(*allowed, *(releases if "publish" in actions else ()))
