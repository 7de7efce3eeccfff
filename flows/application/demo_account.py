"""The invented coordinator of the demonstration, who opens the workplace afterwards."""

from flows.application.access import Role
from flows.application.accounts import add_account, list_accounts, reset_password
from flows.application.context import Context
from flows.register.account_schema import EVERYWHERE

USER_NAME = "koordinator"


def demo_coordinator(context: Context) -> tuple[str, str] | None:
    """Return user name and new password of the coordinator, who is made the first time.

    None where the register is no embedded one: nobody invented gets into a real one.
    """
    if context.stated_settings.database_url:
        return None
    found = next((one for one in list_accounts(context) if one.user_name == USER_NAME), None)
    if found is not None:
        return USER_NAME, reset_password(context, found.id)
    _made, password = add_account(context, USER_NAME, "Kari Koordinator", "", [(Role.COORDINATOR, EVERYWHERE)])
    return USER_NAME, password
