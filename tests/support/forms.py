"""Reads the forms of a page as a browser without JavaScript would, and fills them in."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Button:
    """A submit button: its caption, and the pair it sends when pressed."""

    text: str = ""
    name: str | None = None
    value: str = ""


@dataclass
class Form:
    """A form: where it goes, what it would send untouched, and its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def button(self, wanted: str) -> Button | None:
        """The button whose caption, name or value is `wanted`."""
        keys = wanted.lower()
        for button in self.buttons:
            if keys in (button.text.lower(), (button.name or "").lower(), button.value.lower()):
                return button
        return None

    def filled(self, press: str | None = None, **values: str) -> dict[str, str]:
        """What the form sends with these values typed in and a button pressed (the first one by default)."""
        if unknown := set(values) - set(self.types):
            raise LookupError(f"the form has no field {sorted(unknown)}, only {sorted(self.types)}")
        button = self.button(press) if press else next(iter(self.buttons), None)
        if press and button is None:
            raise LookupError(f"the form has no button {press!r}, only {[b.text for b in self.buttons]}")
        data = self.fields | values
        return data | {button.name: button.value} if button and button.name else data


class _Parser(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.button: Button | None = None
        self.select: str | None = None
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.base, attributes.get("action", ""))
            self.form = Form(action, attributes.get("method", "get").lower())
            self.forms.append(self.form)
        elif self.form is not None and hasattr(self, f"start_{tag}"):
            getattr(self, f"start_{tag}")(self.form, attributes)

    def start_input(self, form: Form, attributes: dict[str, str]) -> None:
        name, kind = attributes.get("name", ""), attributes.get("type", "text").lower()
        if kind in ("submit", "image"):
            form.buttons.append(
                Button(attributes.get("value", ""), name or None, attributes.get("value", ""))
            )
        elif name and "disabled" not in attributes:
            value = attributes.get("value", "on" if kind in ("checkbox", "radio") else "")
            form.types[name] = kind
            form.choices.setdefault(name, []).append(value)
            if kind not in ("checkbox", "radio") or "checked" in attributes:
                form.fields[name] = value

    def start_button(self, form: Form, attributes: dict[str, str]) -> None:
        if attributes.get("type", "submit").lower() == "submit":
            self.button = Button("", attributes.get("name") or None, attributes.get("value", ""))
            form.buttons.append(self.button)

    def start_textarea(self, form: Form, attributes: dict[str, str]) -> None:
        self.textarea = attributes.get("name") or None
        if self.textarea:
            form.types[self.textarea], form.fields[self.textarea] = "textarea", ""

    def start_select(self, form: Form, attributes: dict[str, str]) -> None:
        self.select = attributes.get("name") or None
        if self.select:
            form.types[self.select] = "select"

    def start_option(self, form: Form, attributes: dict[str, str]) -> None:
        if self.select:
            value = attributes.get("value", "")
            form.choices.setdefault(self.select, []).append(value)
            if "selected" in attributes or self.select not in form.fields:
                form.fields[self.select] = value

    def handle_data(self, data: str) -> None:
        if self.button is not None:
            self.button.text = f"{self.button.text} {data}".strip()
        if self.form is not None and self.textarea:
            self.form.fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "button":
            self.button = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (href := dict(attrs).get("href")):
            self.found.append(href)


def links_in(html: str, base: str = "") -> list[str]:
    """Where the links of a page lead, in their order."""
    parser = _Links()
    parser.feed(html)
    return [urljoin(base, href) for href in parser.found]


def forms_in(html: str, base: str = "") -> list[Form]:
    """The forms of a page, in their order; `base` is the page's address."""
    parser = _Parser(base)
    parser.feed(html)
    return parser.forms


def form_with(html: str, name: str, base: str = "") -> Form:
    """The form that has a field or a button called `name`."""
    for form in forms_in(html, base):
        if name in form.types or form.button(name):
            return form
    raise LookupError(f"no form of the page has a field or button {name!r}")
