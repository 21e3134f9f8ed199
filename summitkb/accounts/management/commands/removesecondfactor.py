"""`manage.py removesecondfactor NAME`: for who has lost both the telephone and the recovery codes."""

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError

from summitkb.accounts.second_factor import remove


class Command(BaseCommand):
    help = (
        "Take the second factor from an account whose owner has lost it. The password then lets in "
        "alone, or leads to setting up another where REQUIRE_2FA is true. Be sure who asks for it."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", help="the name with which the account signs in")

    def handle(self, *, name: str, **options) -> None:
        users = get_user_model()
        try:
            user = users.objects.get_by_natural_key(name)
        except users.DoesNotExist:
            raise CommandError(f"There is no account {name!r}.") from None
        if not remove(user):
            raise CommandError(f"The account {name!r} has no second factor.")
        self.stdout.write(f"The account {name} has no second factor any more.")
