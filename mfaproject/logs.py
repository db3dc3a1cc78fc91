"""Keeps secrets and people's details out of the log, whoever wrote the line (OWASP Logging Cheat Sheet)."""

import re
from collections.abc import Mapping
from typing import Any

import structlog

REDACTED = "[redacted]"

# Compared with the lower-cased name of a log field.
SECRET_NAMES = re.compile(
    r"token|secret|passw|authorization|cookie|session_?key|api_?key|private_?key"
    r"|^(?:code|otp|recovery_code|binding_code|state|nonce|ticket|phone|phone_number|email|body)$"
    r"|_(?:code|otp|phone|email)$"
)
# Names that match above and still say nothing secret.
HARMLESS_NAMES = {"status_code", "error_code", "errorcode", "exit_code"}

# Order matters: whole tokens go before the parts that other patterns would find in them.
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"), REDACTED),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), rf"\1 {REDACTED}"),
    (
        re.compile(
            r"(?i)((?:^|[?&\s'\"{,])(?:code|state|nonce|id_token_hint|ticket|[a-z_]*(?:token|secret|verifier|password))"
            r"['\"]?[=:]\s?['\"]?)[^&\s'\",}]+"
        ),
        rf"\1{REDACTED}",
    ),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(r"(?<![\w.:+-])\+\d[\d ()-]{6,}\d"), "[phone]"),
)


def clean_text(text: str) -> str:
    """Take tokens, codes, email addresses and phone numbers out of free text."""
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def clean(value: Any, name: str = "") -> Any:
    """Redact one value, by the name it is logged under and by what it looks like."""
    key = name.lower()
    if value is not None and key not in HARMLESS_NAMES and SECRET_NAMES.search(key):
        return REDACTED
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {str(inner): clean(item, str(inner)) for inner, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [clean(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float)) else clean_text(str(value))


def redact(_logger: Any, _method: str, event: Any) -> dict[str, Any]:
    """A structlog processor: put it last before the renderer, when tracebacks are text already."""
    # structlog's own members, which the formatter takes out again, must keep their types.
    return {name: value if name.startswith("_") else clean(value, name) for name, value in event.items()}


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow={"status_code"}),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    redact,
]


def configure_structlog() -> None:
    """Send structlog's loggers through the standard library, so that one formatter sees every line."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def logging_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING."""
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    final = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structlog": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": final,
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structlog"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would print the same lines again, unredacted.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # At DEBUG it writes a page's whole context, recovery codes and keys of apps included.
            "django.template": {"level": "INFO"},
            # At INFO these write each URL, and the tenant's URLs name people and addresses.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
        },
    }
