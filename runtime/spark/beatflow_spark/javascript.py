"""Values as JavaScript writes them, because dead letters say the same whoever buries them."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ARRAY_INDEX = re.compile(r"(?:0|[1-9]\d{0,9})\Z", re.ASCII)


def stringify(value: Any) -> str:
    """What JSON.stringify makes of a value that came out of JSON.parse."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    if isinstance(value, (int, float)):
        return _number(float(value))
    if isinstance(value, list):
        return f"[{','.join(map(stringify, value))}]"
    # Keys that are array indices come first, in their order.
    indices = sorted((key for key in value if _is_index(key)), key=int)
    keys = [*indices, *(key for key in value if not _is_index(key))]
    return f"{{{','.join(f'{stringify(key)}:{stringify(value[key])}' for key in keys)}}}"


def _is_index(key: str) -> bool:
    return _ARRAY_INDEX.match(key) is not None and int(key) < 2**32 - 1


def _number(value: float) -> str:
    """Number::toString of ECMA-262 with radix 10; JSON has no number that is not finite."""
    if not math.isfinite(value):
        return "null"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"


def start_of(text: str, units: int) -> str:
    """The first `units` UTF-16 units of a text."""
    cut = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return cut.decode("utf-16-le", "surrogatepass")


def utf8(text: str) -> bytes:
    """The UTF-8 of a text, lone surrogates replaced."""
    return _LONE_SURROGATE.sub("\ufffd", text).encode()


def parse_number(text: str) -> int | float:
    """A whole number of JSON as far as a double holds it; minus nothing stays negative."""
    if text == "-0":
        return -0.0
    return int(text) if len(text) < 20 else float(text)
