"""Every text is marked for translation, and every language has all of them, in its own terms."""

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import PoFileError
from django.conf import settings

from tests.support.prose import SENTENCE, unmarked_in_python, unmarked_in_template
from tools.messages.__main__ import catalogs
from tools.messages.catalog import compiled, entries, forms, is_translated, read, singular, update, written
from tools.messages.extract import ROOT, NotLiteralError, in_file, messages, sources, templates

CATALOGS = catalogs()
SPANISH = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
HINT = "run `make messages`, then translate what it lists"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|</?\w+[^>]*>")
# Letters are addressed with a comma in English and a colon in Spanish.
ENDING = re.compile(r"[.…?!]?\s*\Z")

LIMIT = re.compile(r"up to (\d+) characters")

# The same in both languages.
SAME = {"%(kind)s: %(outcome)s", "Error:", "ID"}
# Spanish for the words of the trade, wherever they come up: see the head of the catalog.
GLOSSARY = {
    r"\bpasskeys?\b": r"claves? de acceso",
    r"\bsecurity keys?\b": r"llaves? de seguridad",
    r"\bsecond factors?\b": r"segundos? factor(es)?",
    r"\bsecond step\b": r"segundo paso",
    r"\brecovery codes?\b": r"códigos? de recuperación|código nuevo",
    r"\bauthenticator app\b": r"aplicación(es)? de autenticación",
    r"\baccount security\b": r"seguridad de la cuenta",
    r"\bsign-in service\b": r"servicio",
    r"\bpassword managers?\b": r"gestor de contraseñas",
    r"\baudit trail\b": r"registro de auditoría",
}
# Another form of address, words of one country, and English that Spanish has words for.
NOT_OURS = re.compile(
    r"\b(usted|ustedes|vosotros|ordenador|computadora|celular|móvil|e-?mails?|passwords?|passkeys?|links?|"
    r"logins?|logue\w*|deslogue\w*|clics?|cliquea\w*|favor)\b",
    re.IGNORECASE,
)
# The head of the catalog has a word of its own for a single factor.
BARE_FACTOR = re.compile(r"(?<!segundo )(?<!segundos )\bfactor(es)?\b", re.IGNORECASE)
# Values, and what is typed at the command line.
AS_TYPED = re.compile(r"%\(\w+\)[a-z]|--[a-z-]+|mfa_\w+ \w+")

# Words that are names, and the same in every language.
NAMES = {
    "templates/enrollment/mail/_layout.txt": {"UTC"},
}
# Not read on any page: markup, names of Auth0's, and what Django itself shows untranslated.
NO_PROSE = {
    "Chrome on Mac",
    "Can help other people with their factors",
    "Account security <security@localhost>",
}
# Told to whoever runs the site, by `manage.py check`, which speaks English as Django's own checks do.
CHECKS = re.compile(r"(accounts|enrollment)/checks(\.py|/)|enrollment/kinds/gaps\.py")


def catalog_at(path: Path) -> Catalog:
    return read(path.read_text())


def translated(path: Path) -> list[Message]:
    """What is translated of it; that all is has a test of its own."""
    return [message for message in entries(catalog_at(path)) if is_translated(message)]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def marked() -> Catalog:
    return messages()


def marked_in(directory: Path, file: str, text: str) -> list[tuple[str | tuple[str, ...], str | None]]:
    """Texts and contexts that are marked in a file."""
    (directory / file).write_text(text)
    return [(message, context) for _line, message, _comments, context in in_file(directory / file)]


# Nothing is left unmarked


@pytest.mark.parametrize("path", list(templates()), ids=name)
def test_template_has_no_words_but_translated_ones(path: Path) -> None:
    found = unmarked_in_template(path.read_text(), is_html=path.suffix == ".html")

    assert {text for text in found if not text.endswith(".txt")} <= NAMES.get(name(path), set())


@pytest.mark.parametrize("path", [path for path in sources() if path.suffix == ".py"], ids=name)
def test_module_has_no_sentence_for_people_but_translated_ones(path: Path) -> None:
    found = [] if CHECKS.match(name(path)) else list(unmarked_in_python(path.read_text()))

    assert [(line, text) for line, text in found if text not in NO_PROSE and not text.startswith("<")] == []


@pytest.mark.parametrize("path", sorted((ROOT / "static").rglob("*.js")), ids=name)
def test_script_has_no_words_of_its_own(path: Path) -> None:
    code = re.sub(r"^\s*//.*$|\s//\s.*$", "", path.read_text(), flags=re.MULTILINE)
    literals = re.findall(r"""(["'`])((?:\\.|(?!\1).)*)\1""", code)

    assert [text for _, text in literals if SENTENCE.search(text)] == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% translate "Hello" %}, you</p>', [", you"]),
        ('<img alt="A key" src="{{ a }}">', ["A key"]),
        ('<button aria-label="Close" data-done="Copied it">{{ x }}</button>', ["Close", "Copied it"]),
        ('<input type="submit" value="Go on">', ["Go on"]),
        ("{% blocktranslate trimmed %}Hello <b>you</b>{% endblocktranslate %} · {{ name }}", []),
        ('<a class="big" href="/there">{{ a }}</a>{% block width %}narrow{% endblock %}', []),
        ('<i data-copies="key" title="{% translate "Hello" %}">{# a note #}</i>', []),
    ],
)
def test_words_outside_translated_parts_are_found(template: str, words: list[str]) -> None:
    assert unmarked_in_template(template) == words


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('x = f("This is shown to people.")', True),
        ('x = f(f"You have {n} keys left")', True),
        ('raise Refused("no", "You may not do this.")', True),
        ('x = _("This is shown to people.")', False),
        ('raise ValueError("This is for developers.")', False),
        ('logger.warning("This is for the log")', False),
        ('"""This says what it is."""', False),
        ('x = "accounts.middleware", "Content-Type", "a b"', False),
    ],
)
def test_sentences_for_people_are_found(code: str, *, found: bool) -> None:
    assert bool(list(unmarked_in_python(code))) is found


# What is marked is found


def test_messages_of_templates_are_found(tmp_path: Path) -> None:
    text = """{% translate "One" %} {% translate 'Two' as two %} {% include "x" with y=_("Three") %}
        {% blocktranslate trimmed count n=n %} It's {{ n }}
           "key" {% plural %} {{ n }} keys {% endblocktranslate %}
        {% blocktranslate context "verb" %}100% {{ a }}{% endblocktranslate %}"""

    assert marked_in(tmp_path, "page.html", text) == [
        ("One", None),
        ("Two", None),
        ("Three", None),
        (('It\'s %(n)s "key"', "%(n)s keys"), None),
        ("100%% %(a)s", "verb"),
    ]


def test_messages_of_modules_are_found(tmp_path: Path) -> None:
    text = '_("One"), translation.gettext_lazy("T" "wo"), ngettext("a", "b", n), pgettext("verb", "Open")'

    assert set(marked_in(tmp_path, "line.py", text)) == {
        ("One", None),
        ("Two", None),
        (("a", "b"), None),
        ("Open", "verb"),
    }


@pytest.mark.parametrize(
    "text",
    ['_(f"Hello {name}")', '_("Hello " + name)', '_("Hello %s" % name)', "_(name)", 'ngettext("a", b, n)'],
)
def test_message_put_together_at_run_time_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotLiteralError, match=r"line\.py:1"):
        marked_in(tmp_path, "line.py", text)


# Every language has all of them


def test_every_language_but_the_sources_own_has_a_catalog() -> None:
    languages = {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}

    assert {path.parent.parent.name for path in CATALOGS} == languages


@pytest.mark.parametrize("path", CATALOGS, ids=name)
def test_catalog_has_every_message_translated_and_none_that_is_gone(path: Path, marked: Catalog) -> None:
    wanted = {(message.id, message.context) for message in entries(marked)}
    there = {(message.id, message.context) for message in entries(catalog_at(path))}

    assert wanted - {(message.id, message.context) for message in translated(path)} == set(), HINT
    assert there - wanted == set(), HINT


@pytest.mark.parametrize("path", CATALOGS, ids=name)
def test_translation_keeps_values_markup_and_ends(path: Path) -> None:
    wrong = [
        (singular(message), text)
        for message in translated(path)
        for text in forms(message.string)
        if sorted(PLACEHOLDER.findall(text)) not in _placeholders(message)
        or _ends(text) != _ends(forms(message.id)[-1])
    ]
    assert wrong == []


def _placeholders(message: Message) -> list[list[str]]:
    return [sorted(PLACEHOLDER.findall(text)) for text in forms(message.id)]


def _ends(text: str) -> str:
    found = ENDING.search(text)
    return found[0] if found else ""


@pytest.mark.parametrize("path", CATALOGS, ids=name)
def test_compiled_catalog_is_what_the_text_says(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == compiled(catalog_at(path)), HINT


@pytest.mark.parametrize("path", CATALOGS, ids=name)
def test_compiled_catalog_is_read_by_gettext(path: Path) -> None:
    compiled = gettext.GNUTranslations(io.BytesIO(path.with_suffix(".mo").read_bytes()))

    for message in translated(path):
        if message.pluralizable:
            one, many = forms(message.id)
            assert (compiled.ngettext(one, many, 1), compiled.ngettext(one, many, 5)) == message.string
        elif message.context:
            assert compiled.pgettext(message.context, singular(message)) == message.string
        else:
            assert compiled.gettext(singular(message)) == message.string


def test_fuzzy_or_half_a_translation_counts_as_none() -> None:
    text = SPANISH.read_text().partition("\n\n")[0] + (
        '\n\n#, fuzzy\nmsgid "One"\nmsgstr "Uno"\n'
        '\nmsgid "a day"\nmsgid_plural "days"\nmsgstr[0] "un día"\nmsgstr[1] ""\n'
        '\nmsgctxt "verb"\nmsgid "Open"\nmsgstr "Abrir"\n'
    )
    catalog = read(text)
    spanish = gettext.GNUTranslations(io.BytesIO(compiled(catalog)))

    assert [is_translated(message) for message in entries(catalog)] == [False, False, True]
    assert (spanish.gettext("One"), spanish.pgettext("verb", "Open")) == ("One", "Abrir")
    assert written(read(written(catalog).decode())) == written(catalog)


def test_catalog_with_marks_of_a_conflict_is_refused() -> None:
    text = SPANISH.read_text() + '\n<<<<<<< HEAD\nmsgid "One"\nmsgstr "Uno"\n=======\n>>>>>>> main\n'

    with pytest.raises(PoFileError):
        read(text)


def test_new_message_is_left_empty_and_one_that_is_gone_is_dropped() -> None:
    catalog, template = Catalog("es"), Catalog()
    catalog.add("Remove phone", "Quitar teléfono", user_comments=["Button"])
    catalog.add("Rename phone", "Renombrar teléfono")
    template.add("Remove phone", locations=[("page.html", 0)])
    template.add("Rename phones", locations=[("page.html", 0)])
    update(catalog, template)

    assert written(catalog).decode().partition("\n\n")[2] == (
        '# Button\n#: page.html\nmsgid "Remove phone"\nmsgstr "Quitar teléfono"\n\n'
        '#: page.html\nmsgid "Rename phones"\nmsgstr ""\n\n'
    )


@pytest.mark.parametrize("path", CATALOGS, ids=name)
def test_translation_fits_where_its_context_sets_a_limit(path: Path) -> None:
    limited = [(message, LIMIT.search(message.context or "")) for message in translated(path)]
    lengths = [(int(limit[1]), text) for message, limit in limited if limit for text in forms(message.string)]

    assert lengths
    assert [text for most, text in lengths if len(text) > most] == []


# Spanish as we write it


@pytest.mark.parametrize("english", GLOSSARY)
def test_spanish_keeps_to_the_glossary(english: str) -> None:
    wrong = [
        (singular(message), text)
        for message in translated(SPANISH)
        for text in forms(message.string)
        if not message.context
        and re.search(english, singular(message), re.IGNORECASE)
        and not re.search(GLOSSARY[english], text, re.IGNORECASE)
    ]
    assert wrong == []


def test_spanish_is_neutral_familiar_and_no_english() -> None:
    texts = {(singular(message), text) for message in translated(SPANISH) for text in forms(message.string)}

    assert {text for _, text in texts if NOT_OURS.search(AS_TYPED.sub("", text))} == set()
    assert {text for _, text in texts if BARE_FACTOR.search(AS_TYPED.sub("", text))} == set()
    assert {english for english, text in texts if english == text} <= SAME
    assert {text for _, text in texts if text.count("?") != text.count("¿")} == set()
    assert {text for _, text in texts if text.count("“") != text.count("”")} == set()
