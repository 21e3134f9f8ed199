from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "summitkb.accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        # Here, because they need the models of others; after axes, which says who is locked out.
        from axes.models import AccessAttempt
        from django.contrib.auth.signals import user_logged_in, user_login_failed
        from django.db.models.signals import pre_save

        from summitkb.accounts.lockout import keep_nothing_else
        from summitkb.accounts.refusals import note_failed_login
        from summitkb.accounts.sessions import begin

        user_logged_in.connect(begin)
        user_login_failed.connect(note_failed_login)
        pre_save.connect(keep_nothing_else, sender=AccessAttempt)
