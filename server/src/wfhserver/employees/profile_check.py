"""What a profile has to do with others: its teams, its manager, its e-mail address. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from wfhserver.errors import Code, Refusal
from wfhserver.models.directory import Profile
from wfhserver.names import is_same_name
from wfhserver.suggest import suggest

_SUGGEST_FROM: Final = 2000
FURTHER: Final = "further_usernames"
_JOIN: Final = "To make the two one, edit this employee and choose to join existing data."


class Directory:
    """Who is in the directory, and which teams there are."""

    def __init__(
        self,
        people: Iterable[tuple[int, str, str | None]],
        teams: Collection[str],
        further: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """*people* are number, username and e-mail address of everybody.

        *further* are further usernames, with the numbers of their employees.
        """
        self.numbers: dict[str, int] = {}
        self.teams = teams
        # Usernames by what is the same for people.
        self.names: dict[str, str] = {}
        self.emails: dict[str, str] = {}
        for number, username, email in people:
            self.numbers[username] = number
            self.names[username.casefold()] = username
            if email is not None:
                self.emails[email.casefold()] = username
        usernames = {number: username for username, number in self.numbers.items()}
        # Usernames by the further ones, which are the same for people as well.
        self.further = {name.casefold(): usernames[number] for name, number in further.items()}

    def same_as(self, username: str) -> str | None:
        """Return who has this username but for capital letters; None when nobody has."""
        if username in self.numbers:
            return None
        return self.names.get(username.casefold())

    def further_of(self, username: str) -> str | None:
        """Return whose further username this is; None when it is nobody's."""
        return self.further.get(username.casefold())

    def forget(self, username: str) -> None:
        """Leave out an employee who was joined to another one, with the e-mail address."""
        del self.numbers[username]
        self.names = {name.casefold(): name for name in self.numbers}
        self.without_emails([username])

    def without_further(self, usernames: Collection[str]) -> None:
        """Forget the further usernames of those who get other ones."""
        gone = set(usernames)
        self.further = {name: owner for name, owner in self.further.items() if owner not in gone}

    def without_emails(self, usernames: Collection[str]) -> None:
        """Forget the e-mail addresses of those who get another one."""
        gone = set(usernames)
        self.emails = {email: name for email, name in self.emails.items() if name not in gone}

    def problems(self, username: str, profile: Profile) -> Iterator[Refusal]:
        """Yield a Refusal for each field that does not go with the directory.

        The e-mail address and further usernames belong to *username* from now on, unless they are
        somebody else's.
        """
        for team in profile.teams:
            if team not in self.teams:
                yield _refusal("teams", self._unknown_team(team))
        manager = profile.manager
        if manager is not None and is_same_name(manager, username):
            yield _refusal("manager", "Nobody is their own manager.")
        elif manager is not None and manager not in self.numbers:
            yield _refusal(
                "manager",
                f"There is no employee “{manager}”." + _hint(manager, self.numbers),
            )
        if profile.region is not None and profile.country is None:
            yield _refusal("region", "A region needs a country.")
        yield from self._further_problems(username, profile)
        if profile.email is not None:
            owner = self.emails.setdefault(profile.email.casefold(), username)
            if owner != username:
                yield _refusal("email", f"This is the e-mail address of “{owner}”.")

    def _further_problems(self, username: str, profile: Profile) -> Iterator[Refusal]:
        for name in profile.further_usernames:
            other = name if name in self.numbers else self.names.get(name.casefold(), username)
            if name == username:
                yield _refusal(FURTHER, f"“{name}” is the username itself.")
            elif other != username:
                yield _refusal(FURTHER, f"“{other}” is the username of another employee. {_JOIN}")
            else:
                owner = self.further.setdefault(name.casefold(), username)
                if owner != username:
                    yield _refusal(FURTHER, f"“{name}” is a further username of “{owner}”.")

    def _unknown_team(self, team: str) -> str:
        hint = _hint(team, self.teams) or " Create it first, under Teams."
        several = " Separate several teams by |." if any(each in team for each in ",;/") else ""
        return f"There is no team “{team}”.{several or hint}"


def _hint(text: str, known: Collection[str]) -> str:
    # Of many names, comparing takes too long.
    meant = suggest(text, known) if len(known) <= _SUGGEST_FROM else None
    return "" if meant is None else f" Did you mean “{meant}”?"


def _refusal(field: str, detail: str) -> Refusal:
    return Refusal(Code.INVALID_FIELD, detail, field=field)
