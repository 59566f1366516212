"""The generated problems: sixteen families over seven MATH-like subjects, five levels each.

A family is four small functions over *canonical parameters* (plain tuples):

* ``make(rng, level)``      draws parameters (and may refuse by returning None),
* ``fields(p, rng)``        gives the words and numbers its phrasings are filled with,
* ``solve(p, variant)``     gives the steps ``[(words, math), ...]`` and the answer; different
                            variants are different valid chains or surface forms,
* ``PHRASINGS[name]``       are the wordings, the last two of which are *held out*: training never
                            sees them, ``phrasings.jsonl`` uses nothing else.

Train, dev, test and phrasings are split by a hash of the canonical problem (family and parameters,
never the wording), so a test problem cannot come back in other words during training.
Endless data is cheaper than stored data: nothing here is ever written to disk for training.
"""
import hashlib
import random
import re
from fractions import Fraction
from math import comb, gcd, isqrt

END_SENTENCE = "Therefore, the final answer is: $\\boxed{%s}$. I hope it is correct."
SPLITS = {"test": (0, 3), "phrasings": (3, 5), "dev": (5, 7), "train": (7, 100)}


# ---------------------------------------------------------------- small writers
def par(n):
    """A number as an operand: negative ones in brackets."""
    return str(n) if n >= 0 else f"({n})"


def fr(a, b):
    return f"\\frac{{{a}}}{{{b}}}" if a >= 0 else f"-\\frac{{{-a}}}{{{b}}}"


def frac_text(f):
    return str(f.numerator) if f.denominator == 1 else fr(f.numerator, f.denominator)


def term(c, v, first=False):
    """``c`` times ``v`` as a signed term of a sum (v = '' for the constant)."""
    if c == 0:
        return ""
    sign = "-" if c < 0 else ("" if first else "+")
    body = v if v and abs(c) == 1 else f"{abs(c)}{v}"
    return sign + body


def poly(*terms):
    """Sum of (coefficient, symbol) pairs, zero terms dropped."""
    out = ""
    for c, v in terms:
        out += term(c, v, first=out == "")
    return out or "0"


def decimal(f):
    """A Fraction with a short decimal expansion as text."""
    f = Fraction(f)
    if f.denominator == 1:
        return str(f.numerator)
    s = f"{float(f):.4f}".rstrip("0").rstrip(".")
    assert Fraction(s) == f, f
    return s


def thousands(n, wanted):
    return f"{n:,}" if wanted and abs(n) >= 1000 else str(n)


# ---------------------------------------------------------------- arithmetic
def make_arithmetic(rng, level):
    ops = {1: 2, 2: 3, 3: 4, 4: 5, 5: rng.choice((6, 7))}[level]
    big = {1: 12, 2: 15, 3: 20, 4: 25, 5: 30}[level]
    limit = {1: 99, 2: 150, 3: 250, 4: 350, 5: 500}[level]

    def leaf():
        return rng.randint(2, big)

    def grow(n):
        if n == 0:
            return leaf()
        left = rng.randint(max(0, n - 3), n - 1) if rng.random() < 0.7 else rng.randint(0, n - 1)
        a, b = grow(left), grow(n - 1 - left)
        va, vb = value(a), value(b)
        if va is None or vb is None:
            return ("+", 1, None)
        choices = ["+", "+", "-", "-"]
        if 2 <= abs(va) <= 12 or 2 <= abs(vb) <= 12:
            if abs(va * vb) <= limit and min(abs(va), abs(vb)) >= 2:
                choices += ["*"] * 4
        if vb > 1 and va % vb == 0 and vb <= 12 and va != 0:
            choices += ["/"] * 6
        return (rng.choice(choices), a, b)

    def value(t):
        if t is None:
            return None
        if isinstance(t, int):
            return t
        op, a, b = t
        x, y = value(a), value(b)
        if x is None or y is None:
            return None
        v = {"+": x + y, "-": x - y, "*": x * y, "/": x // y if y else None}[op]
        return v if v is not None and abs(v) <= limit else None

    t = grow(ops)
    return (t,) if value(t) is not None else None


def arithmetic_text(t, outer=0):
    if isinstance(t, int):
        return str(t)
    op, a, b = t
    level = 1 if op in "+-" else 2
    left = arithmetic_text(a, level)
    right = arithmetic_text(b, level + 1 if op in "-/" else level)
    if op == "/" and not isinstance(a, int):
        left = arithmetic_text(a, level + 1)
    s = left + {"+": "+", "-": "-", "*": "\\cdot ", "/": "/"}[op].strip() + right
    return f"({s})" if level < outer or (level == outer == 2) else s


WORD = {"+": "Add", "-": "Subtract", "*": "Multiply", "/": "Divide"}
SIGN = {"+": "+", "-": "-", "*": "\\cdot", "/": "/"}


def solve_arithmetic(p, variant):
    steps = []

    def go(t):
        if isinstance(t, int):
            return t
        op, a, b = t
        if variant:
            y = go(b)
            x = go(a)
        else:
            x = go(a)
            y = go(b)
        v = {"+": x + y, "-": x - y, "*": x * y, "/": x // y if op == "/" else 0}[op]
        steps.append((WORD[op], f"{x}{SIGN[op]}{par(y)}={v}"))
        return v

    v = go(p[0])
    return steps, str(v)


def fields_arithmetic(p, rng):
    return {"e": arithmetic_text(p[0])}


# ---------------------------------------------------------------- story
def make_story(rng, level):
    n = {1: 2, 2: 3, 3: 4, 4: 5, 5: rng.choice((6, 7))}[level]
    v = start = rng.randint(5, 20 + 30 * level)
    if level >= 3 and rng.random() < 0.15:
        v = start = rng.randint(9, 40) * 50
    limit = max(99, start + 60 * level) if start < 300 else 6000
    out = []
    for _ in range(n):
        kinds = ["+", "+", "-", "-"]
        if v * 2 <= limit:
            kinds += ["*"]
        divisors = [d for d in (2, 3, 4, 5) if v % d == 0 and v > d]
        if divisors:
            kinds += ["/"]
        k = rng.choice(kinds)
        if k == "+":
            m = rng.randint(2, 15 + 10 * level)
            v += m
        elif k == "-":
            if v < 4:
                return None
            m = rng.randint(2, min(v - 1, 15 + 10 * level))
            v -= m
        elif k == "*":
            m = rng.choice([c for c in (2, 3, 4, 5) if v * c <= max(limit, 2 * v)])
            v *= m
        else:
            m = rng.choice(divisors)
            v //= m
        out.append((k, m))
    return (start, tuple(out))


NAMES_F = ["Mia", "Anna", "Lena", "Sara", "Nora", "Ella"]
NAMES_M = ["Tom", "Ben", "Paul", "Max", "Leo", "Sam"]
OBJECTS = ["apples", "coins", "books", "cards", "stamps", "pens", "balls", "shells"]
FRACTION_WORD = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth"}
TIMES_WORD = {2: "doubles", 3: "triples"}


def story_events(ops, rng, thou):
    parts = []
    for k, m in ops:
        n = thousands(m, thou)
        if k == "+":
            parts.append(rng.choice(["buys", "finds", "gets", "wins", "collects"]) + f" {n} more")
        elif k == "-":
            parts.append(rng.choice(["loses", "sells", "gives away", "uses", "drops"]) + f" {n}")
        elif k == "*":
            parts.append(f"{TIMES_WORD[m]} the number" if m in TIMES_WORD and rng.random() < 0.6
                         else f"multiplies the number by {n}")
        else:
            parts.append(f"keeps only {FRACTION_WORD[m]} of them" if rng.random() < 0.7
                         else f"divides the number by {n}")
    return parts


def fields_story(p, rng):
    start, ops = p
    girl = rng.random() < 0.5
    thou = rng.random() < 0.5
    parts = story_events(ops, rng, thou)
    join = rng.choice([", then ", ", "])
    text = (", ".join(parts[:-1]) + rng.choice([" and ", ", and then ", " and then "]) + parts[-1]
            if join == ", " else ", then ".join(parts))
    return {"N": rng.choice(NAMES_F if girl else NAMES_M), "P": "She" if girl else "He",
            "p": "she" if girl else "he", "a": thousands(start, thou), "o": rng.choice(OBJECTS), "ev": text}


def solve_story(p, variant):
    v, ops = p
    steps = []
    for k, m in ops:
        w = {"+": v + m, "-": v - m, "*": v * m, "/": v // m}[k]
        steps.append((WORD[k], f"{v}{SIGN[k]}{m}={w}"))
        v = w
    return steps, thousands(v, variant)


# ---------------------------------------------------------------- fractions
def make_fractions(rng, level):
    n = {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}[level]
    top = {1: 9, 2: 8, 3: 8, 4: 10, 5: 8}[level]

    def one():
        b = rng.randint(2, top)
        a = rng.randint(1, b + 2)
        return (a, b) if gcd(a, b) == 1 and a != b else one()

    first = one()
    ops = []
    f = Fraction(*first)
    for _ in range(n):
        op = rng.choice("+-*" if level != 2 else "+-")
        g = one()
        if level == 1 and op != "*":
            b = first[1]
            a = rng.randint(1, b)
            if gcd(a, b) != 1:
                return None
            g = (a, b)
        if level == 2 and g[1] == first[1]:
            return None
        x = Fraction(*g)
        f = f + x if op == "+" else f - x if op == "-" else f * x
        if f.denominator > 60 or abs(f.numerator) > 120 or f == 0:
            return None
        ops.append((op, g))
    steps = len(solve_fractions((first, tuple(ops)), 0)[0])
    low, high = {1: (1, 2), 2: (2, 3), 3: (3, 5), 4: (4, 6), 5: (5, 8)}[level]
    return (first, tuple(ops)) if low <= steps <= high else None


def fields_fractions(p, rng):
    first, ops = p
    e = fr(*first)
    mixed = False
    for op, g in ops:
        if op == "*":
            e = (f"({e})" if mixed else e) + "\\cdot" + fr(*g)
        else:
            e += op + fr(*g)
            mixed = True
        if op != "*":
            mixed = True
    return {"e": e}


def solve_fractions(p, variant):
    """variant bit 0: leave the last fraction unreduced; bit 1: end with a mixed number."""
    (a, b), ops = p
    steps = []
    for i, (op, (c, d)) in enumerate(ops):
        last = i == len(ops) - 1
        if op == "*":
            x, y = a * c, b * d
            steps.append(("Multiply", f"{fr(a, b)}\\cdot{fr(c, d)}={fr(x, y)}"))
        else:
            m = b * d // gcd(b, d)
            a2, c2 = a * m // b, c * m // d
            if b != m:
                steps.append(("Rewrite", f"{fr(a, b)}={fr(a2, m)}"))
            if d != m:
                steps.append(("Rewrite", f"{fr(c, d)}={fr(c2, m)}"))
            x, y = (a2 + c2 if op == "+" else a2 - c2), m
            steps.append((WORD[op], f"{fr(a2, m)}{op}{fr(c2, m)}={fr(x, y)}"))
        g = gcd(x, y)
        if g > 1 and not (last and variant & 1 and y != g):
            steps.append(("Reduce", f"{fr(x, y)}={frac_text(Fraction(x, y))}"))
            x, y = x // g, y // g
        a, b = x, y
    if variant & 2 and b > 1 and a > b:
        q, r = divmod(a, b)
        t = f"{q}{fr(r, b)}"
        steps.append(("Mixed number", f"{fr(a, b)}={t}"))
        return steps, t
    return steps, str(a) if b == 1 else fr(a, b)


# ---------------------------------------------------------------- percent
def make_percent(rng, level):
    changes = {1: 0, 2: 1, 3: 2, 4: 2, 5: 3}[level]
    v = start = rng.choice([10, 20, 40, 50, 100]) * rng.randint(1, 12)
    if level == 1:
        q = rng.choice([5, 20, 30, 40, 60, 70, 80, 90])
        return (start, q)
    out = []
    f = Fraction(v)
    for _ in range(changes):
        q = rng.choice([10, 20, 50, 25, 5, 30])
        s = rng.choice((1, -1))
        part = f * q / 100
        f += s * part
        if (part * 100).denominator != 1 or (f * 100).denominator != 1 or (f * 10).denominator != 1 or f > 2000:
            return None
        out.append((s, q))
    extra = 0
    if level in (4,) or (level == 5 and rng.random() < 0.5):
        extra = rng.randint(3, 40) * rng.choice((1, -1))
        if f + extra <= 0:
            return None
    return (start, tuple(out), extra)


def fields_percent(p, rng):
    if len(p) == 2:
        return {"ask": rng.choice([f"What is {p[1]}\\% of {p[0]}", f"How much is {p[1]}\\% of {p[0]}",
                                   f"What do you get for {p[1]}\\% of {p[0]}"]), "one": True}
    start, changes, extra = p
    parts = []
    for s, q in changes:
        parts.append((rng.choice(["rises by", "goes up by", "grows by"]) if s > 0
                      else rng.choice(["falls by", "goes down by", "drops by"])) + f" {q}\\%")
    if extra:
        parts.append(("rises by" if extra > 0 else "falls by") + f" {abs(extra)} dollars")
    text = parts[0] if len(parts) == 1 else rng.choice([", then ".join(parts),
                                                        ", ".join(parts[:-1]) + " and then " + parts[-1]])
    return {"a": thousands(start, rng.random() < 0.5), "ev": text, "one": False,
            "o": rng.choice(["coat", "phone", "bike", "lamp", "chair", "table"])}


def solve_percent(p, variant):
    steps = []
    if len(p) == 2:
        start, q = p
        tenth = Fraction(start, 10)
        steps.append(("Ten percent", f"{start}/10={decimal(tenth)}"))
        v = tenth * q / 10
        steps.append(("Multiply", f"{decimal(tenth)}\\cdot{decimal(Fraction(q, 10))}={decimal(v)}"))
        return steps, decimal(v)
    start, changes, extra = p
    v = Fraction(start)
    for s, q in changes:
        part = v * q / 100
        steps.append((f"Take {q}\\%", f"{decimal(v)}\\cdot{decimal(Fraction(q, 100))}={decimal(part)}"))
        w = v + s * part
        steps.append((WORD["+" if s > 0 else "-"], f"{decimal(v)}{'+' if s > 0 else '-'}{decimal(part)}={decimal(w)}"))
        v = w
    if extra:
        w = v + extra
        steps.append((WORD["+" if extra > 0 else "-"], f"{decimal(v)}{extra:+d}={decimal(w)}"))
        v = w
    if variant & 1 and v.denominator == 1:
        return steps, thousands(int(v), True)
    if variant & 1 and v.denominator <= 5 and v < 100:
        return steps + [("As a fraction", f"{decimal(v)}={frac_text(v)}")], frac_text(v)
    return steps, decimal(v)


# ---------------------------------------------------------------- linear equations
def make_linear(rng, level):
    r = rng.randint
    x = r(-9, 12) if level > 1 else r(1, 15)
    a = r(2, 9)
    b = r(1, 15) * rng.choice((1, -1))
    c = r(2, 9)
    d = r(1, 12) * rng.choice((1, -1))
    if level >= 4 and rng.random() < 0.25:
        x = Fraction(r(-9, 15), r(2, 5))
    if level == 1:
        return ("ax+b", a, b, a * x + b)
    if level == 2:
        return ("a(x+b)", a, b, a * (x + b))
    if level == 3:
        if rng.random() < 0.5:
            return ("a(x+b)+c", a, b, d, a * (x + b) + d)
        return ("ax+b=cx", a, b, c, a * x + b - c * x) if a > c and (a * x + b - c * x).denominator == 1 else None
    if level == 4:
        e = a * (x + b) - c * x
        return ("a(x+b)=cx", a, b, c, int(e)) if a > c and Fraction(e).denominator == 1 else None
    e = a * (x + b) + c * (x + d)
    return ("a(x+b)+c(x+d)", a, b, c, d, int(e)) if Fraction(e).denominator == 1 else None


def linear_text(p, x):
    kind = p[0]
    if kind == "ax+b":
        return f"{p[1]}{x}{p[2]:+d}={p[3]}"
    if kind == "a(x+b)":
        return f"{p[1]}({x}{p[2]:+d})={p[3]}"
    if kind == "a(x+b)+c":
        return f"{p[1]}({x}{p[2]:+d}){p[3]:+d}={p[4]}"
    if kind == "ax+b=cx":
        return f"{p[1]}{x}{p[2]:+d}={poly((p[3], x), (p[4], ''))}"
    if kind == "a(x+b)=cx":
        return f"{p[1]}({x}{p[2]:+d})={poly((p[3], x), (p[4], ''))}"
    return f"{p[1]}({x}{p[2]:+d})+{p[3]}({x}{p[4]:+d})={p[5]}"


def fields_linear(p, rng):
    x = rng.choice("xyn")
    return {"e": linear_text(p, x), "v": x}


def solve_linear(p, variant, v="x"):
    """variant bit 0: answer as ``x=5``."""
    kind, steps = p[0], []

    def move(c, rest, rhs):
        """c·v + rest = rhs  →  c·v = rhs − rest."""
        if rest:
            steps.append(("Subtract" if rest > 0 else "Add",
                          f"{poly((c, v))}={rhs}{-rest:+d}={rhs - rest}"))
        return rhs - rest

    def divide(c, rhs):
        q = Fraction(rhs, c)
        if c != 1:
            steps.append(("Divide", f"{v}={rhs}/{c}={frac_text(q)}"))
        return q

    if kind == "ax+b":
        q = divide(p[1], move(p[1], p[2], p[3]))
    elif kind == "a(x+b)":
        s = p[3] // p[1]
        steps.append(("Divide", f"{v}{p[2]:+d}={p[3]}/{p[1]}={s}"))
        q = Fraction(move(1, p[2], s))
    elif kind == "a(x+b)+c":
        s = p[4] - p[3]
        steps.append(("Subtract" if p[3] > 0 else "Add", f"{p[1]}({v}{p[2]:+d})={p[4]}{-p[3]:+d}={s}"))
        t = s // p[1]
        steps.append(("Divide", f"{v}{p[2]:+d}={s}/{p[1]}={t}"))
        q = Fraction(move(1, p[2], t))
    elif kind in ("ax+b=cx", "a(x+b)=cx"):
        a, b, c, d = p[1:]
        k = b
        if kind == "a(x+b)=cx":
            k = a * b
            steps.append(("Expand", f"{poly((a, v), (k, ''))}={poly((c, v), (d, ''))}"))
        steps.append(("Collect", f"{poly((a - c, v), (k, ''))}={d}"))
        q = divide(a - c, move(a - c, k, d))
    else:
        a, b, c, d, e = p[1:]
        steps.append(("Expand", f"{poly((a, v), (a * b, ''))}{poly((c, v), (c * d, '')) if c < 0 else '+' + poly((c, v), (c * d, ''))}={e}"))
        steps.append(("Collect", f"{poly((a + c, v), (a * b + c * d, ''))}={e}"))
        q = divide(a + c, move(a + c, a * b + c * d, e))
    t = frac_text(q)
    return steps, f"{v}={t}" if variant & 1 else t


# ---------------------------------------------------------------- systems
def make_system(rng, level):
    r = rng.randint
    x, y = r(-6, 9), r(-6, 9)
    if level <= 2:
        x, y = r(1, 20), r(-10, 20)
    if level == 1:
        a, b = r(2, 9), r(-9, 9)
        return ("given", x, a, b) if b else None
    if level == 2:
        return ("sumdiff", x + y, x - y)
    if level == 3:
        a, c = r(2, 6), r(1, 5)
        return ("add", a, a * x + y, c, c * x - y)
    if level == 4:
        a, b, c = r(2, 5), r(2, 5), r(1, 5)
        return ("sub", a, a * x + b * y, c, c * x + b * y, b) if a > c else None
    a, b, c, d = r(2, 5), r(2, 4), r(2, 5), 1
    return ("mul", a, b, a * x + b * y, c, c * x - y)


def fields_system(p, rng):
    k = p[0]
    if k == "given":
        return {"f": f"x={p[1]}", "g": f"y={p[2]}x{p[3]:+d}"}
    if k == "sumdiff":
        return {"f": f"x+y={p[1]}", "g": f"x-y={p[2]}"}
    if k == "add":
        return {"f": f"{p[1]}x+y={p[2]}", "g": f"{poly((p[3], 'x'))}-y={p[4]}"}
    if k == "sub":
        return {"f": f"{p[1]}x+{p[5]}y={p[2]}", "g": f"{poly((p[3], 'x'))}+{p[5]}y={p[4]}"}
    return {"f": f"{p[1]}x+{p[2]}y={p[3]}", "g": f"{p[4]}x-y={p[5]}"}


def solve_system(p, variant):
    k, s = p[0], []
    if k == "given":
        x = p[1]
        m = p[2] * x
        y = m + p[3]
        s += [("Multiply", f"{p[2]}\\cdot{par(x)}={m}"), ("Then", f"y={m}{p[3]:+d}={y}")]
    elif k == "sumdiff":
        t = p[1] + p[2]
        x = t // 2
        y = p[1] - x
        s += [("Add both", f"2x={p[1]}{p[2]:+d}={t}"), ("Divide", f"x={t}/2={x}"), ("Then", f"y={p[1]}-{par(x)}={y}")]
    elif k == "add":
        c, t = p[1] + p[3], p[2] + p[4]
        x = t // c
        m = p[1] * x
        y = p[2] - m
        s += [("Add both", f"{c}x={p[2]}{p[4]:+d}={t}"), ("Divide", f"x={t}/{c}={x}"),
              ("Multiply", f"{p[1]}\\cdot{par(x)}={m}"), ("Then", f"y={p[2]}-{par(m)}={y}")]
    elif k == "sub":
        c, t, b = p[1] - p[3], p[2] - p[4], p[5]
        x = t // c
        m = p[1] * x
        u = p[2] - m
        y = u // b
        s += [("Subtract both", f"{poly((c, 'x'))}={p[2]}-{par(p[4])}={t}")]
        if c != 1:
            s += [("Divide", f"x={t}/{c}={x}")]
        s += [("Multiply", f"{p[1]}\\cdot{par(x)}={m}"), ("Then", f"{b}y={p[2]}-{par(m)}={u}"), ("Divide", f"y={u}/{b}={y}")]
    else:
        a, b, e, c, f = p[1:]
        bf = b * f
        t = e + bf
        n = a + b * c
        x = t // n
        m = c * x
        y = m - f
        s += [("Multiply", f"{b}\\cdot{par(f)}={bf}"), ("Multiply", f"{b * c}x-{b}y={bf}"),
              ("Add both", f"{n}x={e}{bf:+d}={t}"), ("Divide", f"x={t}/{n}={x}"),
              ("Multiply", f"{c}\\cdot{par(x)}={m}"), ("Then", f"y={m}-{par(f)}={y}")]
    # without the blank only where it cannot be read as a thousands separator
    return s, f"({x},{y})" if variant & 1 and abs(y) < 100 else f"({x}, {y})"


# ---------------------------------------------------------------- gcd and lcm
def euclid(a, b):
    out = []
    while b:
        q, r = divmod(a, b)
        out.append((a, q, b, r))
        a, b = b, r
    return out, a


def make_gcd(rng, level):
    g = rng.randint(1, 20)
    top = {1: 12, 2: 16, 3: 16, 4: 20, 5: 24}[level]
    m, n = rng.randint(2, top), rng.randint(1, top)
    a, b = g * max(m, n), g * min(m, n)
    if a == b or a > 300 or b < 2:
        return None
    chain, d = euclid(a, b)
    lcm = level in (3, 5) and rng.random() < 0.7 or level == 4 and rng.random() < 0.5
    n = len(chain) + (2 if lcm else 0)
    if lcm and a * b // d > 1999:
        return None
    return ("lcm" if lcm else "gcd", a, b) if n in {1: (2,), 2: (3,), 3: (4,), 4: (4, 5), 5: (6, 7)}[level] else None


def fields_gcd(p, rng):
    a, b = (p[1], p[2]) if rng.random() < 0.5 else (p[2], p[1])
    return {"k": rng.choice(["greatest common divisor", "greatest common factor"]) if p[0] == "gcd"
            else "least common multiple", "a": a, "b": b}


def solve_gcd(p, variant):
    kind, a, b = p
    chain, d = euclid(a, b)
    s = [("Remainder", f"{x}-{q}\\cdot{y}={r}") for x, q, y, r in chain]
    if kind == "gcd":
        return s, str(d)
    first, other = (a, b) if not variant & 1 else (b, a)
    q = first // d
    s += [("Divide", f"{first}/{d}={q}"), ("Multiply", f"{q}\\cdot{other}={q * other}")]
    return s, str(q * other)


# ---------------------------------------------------------------- remainders
def make_modular(rng, level):
    r = rng.randint
    m = r(3, 12)
    if level == 1:
        return ("sum", m, (r(5, 60), r(5, 60)))
    if level == 2:
        return ("sum", m, (r(10, 80), r(10, 80), r(10, 80)))
    if level == 3:
        a, b = r(m + 1, 90), r(m + 1, 90)
        return ("product", m, (a, b)) if a % m > 1 and b % m > 1 else None
    if level == 4:
        a, b, c = r(m + 1, 90), r(m + 1, 90), r(m + 1, 60)
        return ("product", m, (a, b), c) if a % m > 1 and b % m > 1 else None
    if rng.random() < 0.5:
        a, k = r(2, m - 1), r(4, 5)
        return ("power", m, (a, k)) if m > 4 and len(solve_modular(("power", m, (a, k)), 0)[0]) >= 6 else None
    a, b, c = r(m + 1, 90), r(m + 1, 90), r(m + 1, 90)
    return ("product", m, (a, b, c)) if min(a % m, b % m, c % m) > 1 else None


def fields_modular(p, rng):
    if p[0] == "sum":
        e = "+".join(map(str, p[2]))
    elif p[0] == "power":
        e = f"{p[2][0]}^{p[2][1]}"
    else:
        e = "\\cdot".join(map(str, p[2])) + (f"+{p[3]}" if len(p) > 3 else "")
    return {"e": e, "m": p[1]}


def solve_modular(p, variant):
    kind, m, xs = p[:3]
    s = []

    def reduce(x):
        if x >= m:
            q, r = divmod(x, m)
            s.append(("Remainder", f"{x}-{q}\\cdot{m}={r}"))
            return r
        return x

    if kind == "sum":
        v = xs[0]
        if variant & 1:
            v = reduce(v)
        for x in xs[1:]:
            y = reduce(x) if variant & 1 else x
            s.append(("Add", f"{v}+{y}={v + y}"))
            v += y
        v = reduce(v)
    elif kind == "power":
        a, k = xs
        v = a
        for _ in range(k - 1):
            s.append(("Multiply", f"{v}\\cdot{a}={v * a}"))
            v = reduce(v * a)
    else:
        rs = [reduce(x) for x in xs]
        v = rs[0]
        for y in rs[1:]:
            s.append(("Multiply", f"{v}\\cdot{y}={v * y}"))
            v = reduce(v * y)
        if len(p) > 3:
            y = reduce(p[3])
            s.append(("Add", f"{v}+{y}={v + y}"))
            v = reduce(v + y)
    return s, str(v)


# ---------------------------------------------------------------- counting
def make_counting(rng, level):
    r = rng.randint
    if level == 1:
        return ("menu", tuple(r(2, 9) for _ in range(3))) if rng.random() < 0.6 else ("choose", (r(4, 12), 2))
    if level == 2:
        if rng.random() < 0.5:
            t = tuple(r(2, 6) for _ in range(4))
            return ("menu", t)
        return ("arrange", r(5, 9), 3) if rng.random() < 0.3 else ("choose+", (r(4, 12), 2), r(2, 9))
    if level == 3:
        return ("choose2", (r(4, 9), 2), (r(4, 9), 1)) if rng.random() < 0.3 else ("choose", (r(5, 9), 3)) if rng.random() < 0.1 \
            else ("choose3", (r(5, 9), 3), r(2, 4)) if rng.random() < 0.3 else ("menu", tuple(r(2, 5) for _ in range(5)))
    if level == 4:
        if rng.random() < 0.3:
            return ("choose2", (r(4, 12), 2), (r(4, 12), 2))
        return ("choose++", (r(4, 12), 2), r(2, 6), r(2, 9)) if rng.random() < 0.5 else ("choose++", (r(5, 9), 3), r(2, 4), r(2, 5))
    if rng.random() < 0.3:
        return ("choose2", (r(5, 9), 3), (r(4, 9), 2))
    return ("choose2+", (r(4, 9), 2), (r(4, 9), 2), r(2, 6))


MENU = [("shirts", "pants"), ("soups", "mains"), ("hats", "coats"), ("roads", "trains")]


def fields_counting(p, rng):
    k = p[0]
    things = ["shirts", "hats", "coats", "shoes", "belts", "bags"]
    rng.shuffle(things)
    if k == "menu":
        parts = [f"{n} {t}" for n, t in zip(p[1], things)]
        what = ", ".join(parts[:-1]) + " and " + parts[-1]
        return {"w": rng.choice([f"choose one of each from {what}", f"pick one of each from {what}"])}
    a, b, c = rng.sample(["boys", "girls", "books", "cards", "players", "coins"], 3)
    pick = rng.choice(["choose", "pick"])
    if k == "choose":
        return {"w": f"{pick} {p[1][1]} of {p[1][0]} {a}"}
    if k == "arrange":
        return {"w": f"put {p[2]} of {p[1]} {a} in a row"}
    if k == "choose+":
        return {"w": f"{pick} {p[1][1]} of {p[1][0]} {a} and one of {p[2]} {b}"}
    if k == "choose3":
        return {"w": f"{pick} {p[1][1]} of {p[1][0]} {a} and one of {p[2]} {b}"}
    if k == "choose++":
        return {"w": f"{pick} {p[1][1]} of {p[1][0]} {a}, one of {p[2]} {b} and one of {p[3]} {c}"}
    if k == "choose2+":
        return {"w": f"{pick} {p[1][1]} of {p[1][0]} {a}, {p[2][1]} of {p[2][0]} {b} and one of {p[3]} {c}"}
    return {"w": f"{pick} {p[1][1]} of {p[1][0]} {a} and {'one' if p[2][1] == 1 else p[2][1]} of {p[2][0]} {b}"}


def solve_counting(p, variant):
    s = []

    def mul(v, x):
        s.append(("Multiply", f"{v}\\cdot{x}={v * x}"))
        return v * x

    def choose(n, k):
        if k == 1:
            return n
        v = n
        for i in range(1, k):
            v = mul(v, n - i)
        d = {2: 2, 3: 6}[k]
        s.append(("Divide", f"{v}/{d}={v // d}"))
        return v // d

    kind = p[0]
    if kind == "menu":
        v = p[1][0]
        for x in p[1][1:]:
            v = mul(v, x)
    elif kind == "arrange":
        v = p[1]
        for i in range(1, p[2]):
            v = mul(v, p[1] - i)
    elif kind == "choose":
        v = choose(*p[1])
    elif kind in ("choose+", "choose3", "choose++"):
        v = choose(*p[1])
        for x in p[2:]:
            v = mul(v, x)
    else:
        v = choose(*p[1])
        w = choose(*p[2])
        v = mul(v, w)
        for x in p[3:]:
            v = mul(v, x)
    return s, thousands(v, variant & 1)


# ---------------------------------------------------------------- probability
COLORS = ["red", "blue", "green", "white", "black"]


def make_probability(rng, level):
    r = rng.randint
    if level == 1:
        return ("one", (r(1, 20), r(1, 20)))
    if level == 2:
        return ("one", (r(1, 15), r(1, 15), r(1, 15)))
    if level == 3:
        return ("two", (r(2, 14), r(1, 14)))
    if level == 4:
        return ("each", (r(1, 10), r(1, 10))) if rng.random() < 0.4 else ("twoof", (r(2, 8), r(1, 6), r(1, 6)))
    return ("each", (r(1, 7), r(1, 7), r(1, 6))) if rng.random() < 0.6 else ("three", (r(3, 9), r(2, 9)))


def fields_probability(p, rng):
    cs = COLORS[:]
    rng.shuffle(cs)
    balls = rng.choice(["balls", "marbles", "beads"])
    parts = [f"{n} {c}" for n, c in zip(p[1], cs)]
    one = {"balls": "ball", "marbles": "marble", "beads": "bead"}[balls]
    box = ", ".join(parts[:-1]) + " and " + parts[-1] + " " + balls
    draw, ev = {"one": (f"one {one}", f"it is {cs[0]}"), "two": (f"two {balls}", f"both are {cs[0]}"),
                "twoof": (f"two {balls}", f"both are {cs[0]}"), "three": (f"three {balls}", f"all are {cs[0]}"),
                "each": (f"two {balls}", "there is one of each color" if len(p[1]) == 2 else f"one is {cs[0]} and one is {cs[1]}")}[p[0]]
    return {"box": box, "draw": draw, "ev": ev, "c": rng.choice(["bag", "box", "jar"])}


def solve_probability(p, variant):
    """variant bit 0: leave the last fraction unreduced."""
    kind, counts = p
    s = []
    n = counts[0]
    for c in counts[1:]:
        s.append(("Total", f"{n}+{c}={n + c}"))
        n += c
    a = counts[0]
    if kind == "one":
        x, y = a, n
        s.append(("Chance", f"{a}/{n}={fr(x, y)}"))
    elif kind in ("two", "twoof", "three"):
        k = 3 if kind == "three" else 2
        x, y = a, n
        for i in range(1, k):
            s.append(("On top", f"{x}\\cdot{a - i}={x * (a - i)}"))
            s.append(("Below", f"{y}\\cdot{n - i}={y * (n - i)}"))
            x, y = x * (a - i), y * (n - i)
        s.append(("Chance", f"{x}/{y}={fr(x, y)}"))
    else:
        b = counts[1]
        s.append(("On top", f"{a}\\cdot{b}={a * b}"))
        s.append(("Twice", f"2\\cdot{a * b}={2 * a * b}"))
        s.append(("Below", f"{n}\\cdot{n - 1}={n * (n - 1)}"))
        x, y = 2 * a * b, n * (n - 1)
        s.append(("Chance", f"{x}/{y}={fr(x, y)}"))
    g = gcd(x, y)
    if g > 1 and not variant & 1:
        s.append(("Reduce", f"{fr(x, y)}={frac_text(Fraction(x, y))}"))
        return s, frac_text(Fraction(x, y))
    return s, fr(x, y)


# ---------------------------------------------------------------- shapes
def make_shapes(rng, level):
    r = rng.randint
    if level == 1:
        if rng.random() < 0.5:
            return ("perimeter", r(3, 40), r(3, 40))
        b, h = r(3, 15), r(2, 12)
        return ("triangle", b, h)
    if level == 2:
        if rng.random() < 0.5:
            a, b, h = r(2, 15), r(2, 15), r(2, 9)
            return ("trapezoid", a, b, h) if (a + b) * h % 2 == 0 else None
        a, b, c = r(5, 15), r(4, 9), r(2, 6)
        return ("hole", a, b, c) if c < min(a, b) else None
    if level == 3:
        return ("boxside", r(2, 12), r(2, 9), r(2, 9))
    if level == 4:
        return ("surface", r(2, 12), r(2, 9), r(2, 9))
    if rng.random() < 0.5:
        return ("path", r(5, 15), r(4, 9), r(1, 3))
    return ("paint", r(2, 9), r(2, 8), r(2, 8), r(2, 4))


def fields_shapes(p, rng):
    k = p[0]
    tri = rng.choice(["base {1} and height {2}", "height {2} and base {1}"])
    t = {"perimeter": ("perimeter", "a rectangle with sides {1} and {2}"), "triangle": ("area", "a triangle with " + tri),
         "trapezoid": ("area", "a trapezoid with bases {1} and {2} and height {3}"),
         "hole": ("area", "a {1} by {2} rectangle with a square of side {3} cut out"),
         "boxside": ("area of the sides", "a {1} by {2} box of height {3} without top and bottom"),
         "surface": ("surface area", "a box with edges {1}, {2} and {3}"),
         "path": ("area", "a path of width {3} around a {1} by {2} garden"),
         "paint": ("cost", "painting a box with edges {1}, {2} and {3} at {4} dollars a unit of area")}[k]
    return {"q": t[0], "s": t[1].format(*p)}


def solve_shapes(p, variant):
    k, a, b = p[:3]
    c = p[3] if len(p) > 3 else 0
    s = []

    def op(w, x, o, y):
        v = {"+": x + y, "-": x - y, "*": x * y, "/": x // y}[o]
        s.append((w, f"{x}{SIGN[o]}{y}={v}"))
        return v

    if k == "perimeter":
        v = op("Double", 2, "*", op("Add", a, "+", b))
    elif k == "triangle":
        v = op("Multiply", a, "*", b)
        if v % 2:
            h = decimal(Fraction(v, 2))
            s.append(("Half", f"{v}/2={fr(v, 2) if variant & 1 else h}"))
            return s, fr(v, 2) if variant & 1 else h
        v = op("Half", v, "/", 2)
    elif k == "trapezoid":
        v = op("Half", op("Multiply", op("Add", a, "+", b), "*", c), "/", 2)
    elif k == "hole":
        v = op("Rectangle", a, "*", b)
        w = op("Square", c, "*", c)
        v = op("Subtract", v, "-", w)
    elif k == "boxside":
        if variant & 1:
            x = op("Side", a, "*", c)
            y = op("Side", b, "*", c)
            v = op("Double", 2, "*", op("Add", x, "+", y))
        else:
            v = op("Multiply", op("Double", 2, "*", op("Add", a, "+", b)), "*", c)
    elif k in ("surface", "paint"):
        x = op("Side", a, "*", b)
        y = op("Side", a, "*", c)
        z = op("Side", b, "*", c)
        v = op("Double", 2, "*", op("Add", op("Add", x, "+", y), "+", z))
        if k == "paint":
            v = op("Cost", v, "*", p[4])
    else:
        d = op("Double", 2, "*", c)
        x = op("Length", a, "+", d)
        y = op("Width", b, "+", d)
        v = op("Outside", x, "*", y)
        w = op("Inside", a, "*", b)
        v = op("Subtract", v, "-", w)
    return s, thousands(v, k == "paint" and variant & 1)


# ---------------------------------------------------------------- distance and radicals
def square_part(n):
    k = max(d for d in range(1, isqrt(n) + 1) if n % (d * d) == 0)
    return k, n // (k * k)


def root(k, m):
    return str(k) if m == 1 else (f"\\sqrt{{{m}}}" if k == 1 else f"{k}\\sqrt{{{m}}}")


def make_distance(rng, level):
    r = rng.randint
    if level == 1:
        k, m, c = r(2, 9), rng.choice([2, 3, 5, 6, 7, 10, 11, 13]), r(2, 9)
        return ("root", k * k * m, c) if k * k * m <= 300 else None
    if level == 2:
        a, b = r(1, 20), r(1, 20)
        n = a * a + b * b
        ok, p = square_part(n)[0] > 1, ("legs", max(a, b), min(a, b))
    elif level in (3, 4):
        top = 9 if level == 3 else 12
        lo = 0 if level == 3 else -top
        q = tuple(r(lo, top) for _ in range(4))
        dx, dy = q[2] - q[0], q[3] - q[1]
        n = dx * dx + dy * dy
        if not dx or not dy or max(abs(dx), abs(dy)) > 15:
            return None
        ok, p = square_part(n)[0] > 1, ("points", *q)
        if level == 4 and not (min(q) < 0):
            return None
    else:
        q = tuple(r(-5, 9) for _ in range(6))
        d = [q[i + 3] - q[i] for i in range(3)]
        n = sum(x * x for x in d)
        if 0 in d or max(map(abs, d)) > 12:
            return None
        ok, p = square_part(n)[0] > 1, ("points", *q)
    return p if ok or rng.random() < 0.15 else None


def fields_distance(p, rng):
    if p[0] == "root":
        return {"q": rng.choice([f"the simplest form of ${p[2]}\\sqrt{{{p[1]}}}$", f"the value of ${p[2]}\\sqrt{{{p[1]}}}$"])}
    if p[0] == "legs":
        a, b = (p[1], p[2]) if rng.random() < 0.5 else (p[2], p[1])
        return {"q": rng.choice([f"the hypotenuse of a right triangle with legs ${a}$ and ${b}$",
                                 f"the diagonal of a rectangle with sides ${a}$ and ${b}$"])}
    q = p[1:]
    h = len(q) // 2
    a, b = (", ".join(map(str, q[:h])), ", ".join(map(str, q[h:])))
    return {"q": rng.choice([f"the distance between $({a})$ and $({b})$", f"the distance from $({a})$ to $({b})$",
                             f"the length of the segment from $({a})$ to $({b})$"])}


def solve_distance(p, variant):
    """variant bit 0: leave the radical as it is (only where it simplifies)."""
    s = []
    if p[0] == "root":
        n = p[1]
        k, m = square_part(n)
        c = p[2]
        s += [("Square factor", f"{n}={k * k}\\cdot{m}"), ("Root", f"\\sqrt{{{n}}}={root(k, m)}"), ("Multiply", f"{c}\\cdot{k}={c * k}")]
        return s, root(c * k, m)
    else:
        if p[0] == "legs":
            d = p[1:]
        else:
            h = len(p[1:]) // 2
            q = p[1:]
            d = [q[i + h] - q[i] for i in range(h)]
            if len(d) == 2:
                s += [("Difference", f"{q[i + h]}-{par(q[i])}={d[i]}") for i in range(h)]
            else:
                s += [("Difference", f"{q[i + h]}-{par(q[i])}={d[i]}") for i in range(h)]
        sq = [x * x for x in d]
        if len(d) == 3:
            s.append(("Squares", f"{sq[0]}+{sq[1]}={sq[0] + sq[1]}"))
            s.append(("Add", f"{sq[0] + sq[1]}+{sq[2]}={sum(sq)}"))
        else:
            s.append(("Square", f"{par(d[0])}^2={sq[0]}"))
            s.append(("Square", f"{par(d[1])}^2={sq[1]}"))
            s.append(("Add", f"{sq[0]}+{sq[1]}={sum(sq)}"))
        n = sum(sq)
        k, m = square_part(n)
        if k > 1 and variant & 1 and m > 1:
            s.append(("Root", f"\\sqrt{{{n}}}"))
            return s, f"\\sqrt{{{n}}}"
        if k > 1 and m > 1:
            s.append(("Square factor", f"{n}={k * k}\\cdot{m}"))
    s.append(("Root", f"\\sqrt{{{n}}}" + (f"={root(k, m)}" if k > 1 else "")))
    return s, root(k, m)


# ---------------------------------------------------------------- sequences
def make_sequences(rng, level):
    r = rng.randint
    if level == 1:
        return ("term", r(1, 20), r(2, 9), r(4, 12))
    if level == 2:
        return ("term", r(-15, 30), r(-9, -2), r(5, 15)) if rng.random() < 0.5 else ("geo", r(1, 6), r(2, 3), 4)
    if level == 3:
        if rng.random() < 0.5:
            return ("rule", r(1, 6), r(2, 3), r(1, 9) * rng.choice((1, -1)), 3)
        a, d, n = r(1, 12), r(2, 6), r(5, 12)
        return ("sum", a, d, n)
    if level == 4:
        return ("rule", r(1, 9), r(2, 3), r(1, 9) * rng.choice((1, -1)), 4) if rng.random() < 0.5 else ("geosum", r(1, 5), r(2, 3), 4)
    return ("rule", r(1, 12), 2, r(1, 15) * rng.choice((1, -1)), 5) if rng.random() < 0.8 else ("geosum", r(1, 9), 2, 5)


ORD = {3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth", 10: "tenth"}


def fields_sequences(p, rng):
    k, a = p[0], p[1]

    def nth(n):
        return f"{ORD[n]} term" if n in ORD and rng.random() < 0.5 else f"{n}th term" if n > 3 else "third term"

    if k == "term":
        d = p[2]
        return {"s": rng.choice([f"an arithmetic sequence with first term {a} and difference {d}",
                                 f"the sequence ${a}, {a + d}, {a + 2 * d}, \\dots$"]), "q": nth(p[3])}
    if k == "geo":
        return {"s": rng.choice([f"a geometric sequence with first term {a} and ratio {p[2]}",
                                 f"the sequence ${a}, {a * p[2]}, {a * p[2] ** 2}, \\dots$"]), "q": nth(p[3])}
    if k == "rule":
        return {"s": f"the sequence with $a_1={a}$ and $a_{{n+1}}={p[2]}a_n{p[3]:+d}$", "q": nth(p[4])}
    if k == "sum":
        return {"s": f"an arithmetic sequence with first term {a} and difference {p[2]}", "q": f"sum of the first {p[3]} terms"}
    return {"s": f"a geometric sequence with first term {a} and ratio {p[2]}", "q": f"sum of the first {p[3]} terms"}


def solve_sequences(p, variant):
    k, a = p[0], p[1]
    s = []
    if k == "term":
        d, n = p[2:]
        m = (n - 1) * d
        s += [("Count", f"{n}-1={n - 1}"), ("Multiply", f"{n - 1}\\cdot{par(d)}={m}"), ("Add", f"{a}{m:+d}={a + m}")]
        return s, str(a + m)
    if k == "geo":
        v = a
        for _ in range(p[3] - 1):
            s.append(("Multiply", f"{v}\\cdot{p[2]}={v * p[2]}"))
            v *= p[2]
        return s, str(v)
    if k == "rule":
        v = a
        for _ in range(p[4] - 1):
            w = v * p[2]
            s.append(("Next term", f"{p[2]}\\cdot{par(v)}{p[3]:+d}={w}{p[3]:+d}={w + p[3]}"))
            v = w + p[3]
        return s, str(v)
    if k == "sum":
        d, n = p[2:]
        m = (n - 1) * d
        last = a + m
        both = a + last
        s += [("Multiply", f"{n - 1}\\cdot{d}={m}"), ("Last term", f"{a}+{m}={last}"), ("Add", f"{a}+{last}={both}"),
              ("Multiply", f"{n}\\cdot{both}={n * both}"), ("Half", f"{n * both}/2={n * both // 2}")]
        return s, thousands(n * both // 2, variant & 1)
    v = t = a
    for _ in range(p[3] - 1):
        s.append(("Next term", f"{v}\\cdot{p[2]}={v * p[2]}"))
        v *= p[2]
        s.append(("Add", f"{t}+{v}={t + v}"))
        t += v
    return s, str(t)


# ---------------------------------------------------------------- polynomials
def make_polynomials(rng, level):
    r = rng.randint

    def nz(top):
        return r(1, top) * rng.choice((1, -1))

    if level == 1:
        return ("simple", nz(9), nz(9))
    if level == 2:
        return ("plus", nz(9), nz(9), nz(9))
    if level == 3:
        return ("general", r(2, 5), nz(7), r(2, 5), nz(7))
    if level == 4:
        return ("general+", r(2, 5), nz(7), r(2, 5), nz(7), nz(9), nz(9))
    return ("two", nz(7), nz(7), r(2, 4), nz(6), r(2, 4), nz(6))


def br(a, b, v="x"):
    return f"({poly((a, v), (b, ''))})"


def fields_polynomials(p, rng):
    k = p[0]
    if k == "simple":
        e = br(1, p[1]) + br(1, p[2])
    elif k == "plus":
        e = br(1, p[1]) + br(1, p[2]) + term(p[3], "x")
    elif k == "general":
        e = br(p[1], p[2]) + br(p[3], p[4])
    elif k == "general+":
        e = br(p[1], p[2]) + br(p[3], p[4]) + term(p[5], "x") + term(p[6], "")
    else:
        e = br(1, p[1]) + br(1, p[2]) + "+" + br(p[3], p[4]) + br(p[5], p[6])
    return {"e": e}


def solve_polynomials(p, variant):
    k = p[0]
    s = []
    if k in ("simple", "plus"):
        a, b = p[1], p[2]
        s += [("Add", f"{a}{b:+d}={a + b}"), ("Multiply", f"{a}\\cdot{par(b)}={a * b}")]
        m = a + b
        if k == "plus":
            s.append(("Middle", f"{m}{p[3]:+d}={m + p[3]}"))
            m += p[3]
        ans = (1, m, a * b)
    elif k in ("general", "general+"):
        a, b, c, d = p[1:5]
        s += [("Squares", f"{a}\\cdot{c}={a * c}"), ("Outer", f"{a}\\cdot{par(d)}={a * d}"), ("Inner", f"{par(b)}\\cdot{c}={b * c}"),
              ("Middle", f"{a * d}{b * c:+d}={a * d + b * c}"), ("Last", f"{par(b)}\\cdot{par(d)}={b * d}")]
        m, e = a * d + b * c, b * d
        if k == "general+":
            s += [("Middle", f"{m}{p[5]:+d}={m + p[5]}"), ("Last", f"{e}{p[6]:+d}={e + p[6]}")]
            m, e = m + p[5], e + p[6]
        ans = (a * c, m, e)
    else:
        a, b, c, d, e, f = p[1:]
        s += [("First", f"{br(1, a)}{br(1, b)}={poly((1, 'x^2'), (a + b, 'x'), (a * b, ''))}"),
              ("Outer", f"{c}\\cdot{par(f)}={c * f}"), ("Inner", f"{par(d)}\\cdot{e}={d * e}"),
              ("Second", f"{br(c, d)}{br(e, f)}={poly((c * e, 'x^2'), (c * f + d * e, 'x'), (d * f, ''))}"),
              ("Middle", f"{a + b}{c * f + d * e:+d}={a + b + c * f + d * e}"),
              ("Last", f"{a * b}{d * f:+d}={a * b + d * f}")]
        ans = (1 + c * e, a + b + c * f + d * e, a * b + d * f)
    terms = [(ans[0], "x^2"), (ans[1], "x"), (ans[2], "")]
    if variant & 1 and ans[1] and ans[2]:
        terms = [terms[2], terms[1], terms[0]]
    return s, poly(*terms)


# ---------------------------------------------------------------- vectors
def make_vectors(rng, level):
    r = rng.randint

    def vec(n, top):
        return tuple(r(-top, top) for _ in range(n))

    def scal():
        return r(2, 5) * rng.choice((1, -1))

    if level == 1:
        return ("add", rng.choice((1, -1)), vec(2, 15), vec(2, 15))
    if level == 2:
        return ("dot", vec(2, 9), vec(2, 9))
    if level == 3:
        return ("scale", r(2, 6), vec(2, 9), vec(2, 9))
    if level == 4:
        return ("dot", vec(3, 9), vec(3, 9))
    return ("combo", r(2, 6), scal(), vec(2, 9), vec(2, 9))


def vec_text(v):
    return "(" + ", ".join(map(str, v)) + ")"


def fields_vectors(p, rng):
    k = p[0]
    u, v = p[-2], p[-1]
    e = {"add": "u+v" if p[1] == 1 else "u-v", "dot": "u\\cdot v"}.get(k)
    if k == "scale":
        e = f"{p[1]}u+v"
    if k == "combo":
        e = f"{p[1]}u{p[2]:+d}v"
    return {"u": vec_text(u), "v": vec_text(v), "e": e}


def solve_vectors(p, variant):
    k, u, v = p[0], p[-2], p[-1]
    s = []
    if k == "dot":
        ps = []
        for a, b in zip(u, v):
            s.append(("Multiply", f"{par(a)}\\cdot{par(b)}={a * b}"))
            ps.append(a * b)
        t = ps[0]
        for x in ps[1:]:
            s.append(("Add", f"{t}{x:+d}={t + x}"))
            t += x
        return s, str(t)
    out = []
    if k == "add":
        for w, a, b in zip(("First", "Second"), u, v):
            c = a + p[1] * b
            s.append((w, f"{a}{'+' if p[1] == 1 else '-'}{par(b)}={c}"))
            out.append(c)
    else:
        m, n = (p[1], 1) if k == "scale" else (p[1], p[2])
        if variant & 1:
            mu = [m * a for a in u]
            nv = [n * b for b in v]
            for w, a, x in zip(("First", "Second"), u, mu):
                s.append(("Multiply", f"{m}\\cdot{par(a)}={x}"))
            if n != 1:
                for b, y in zip(v, nv):
                    s.append(("Multiply", f"{par(n)}\\cdot{par(b)}={y}"))
            for w, x, y in zip(("First", "Second"), mu, nv):
                s.append((w, f"{x}{y:+d}={x + y}"))
                out.append(x + y)
        else:
            for w, a, b in zip(("First", "Second"), u, v):
                x, y = m * a, n * b
                s.append(("Multiply", f"{m}\\cdot{par(a)}={x}"))
                if n != 1:
                    s.append(("Multiply", f"{par(n)}\\cdot{par(b)}={y}"))
                s.append((w, f"{x}{y:+d}={x + y}"))
                out.append(x + y)
    return s, vec_text(out)


# ---------------------------------------------------------------- complex numbers
def make_complex(rng, level):
    r = rng.randint

    def z(top):
        return (r(1, top) * rng.choice((1, -1)), r(1, top) * rng.choice((1, -1)))

    if level == 1:
        return ("add", rng.choice((1, -1)), z(15), z(15))
    if level == 2:
        return ("times", r(2, 9), z(9), r(1, 9) * rng.choice((1, -1)))
    if level == 3:
        return ("scale", r(2, 9), z(9), z(15))
    if level == 4:
        return ("mul", z(7), z(7))
    return ("mul+", z(7), z(7), z(9))


def cx(z):
    return f"({poly((z[0], ''), (z[1], 'i'))})"


def fields_complex(p, rng):
    k = p[0]
    if k == "add":
        return {"e": cx(p[2]) + ("+" if p[1] == 1 else "-") + cx(p[3])}
    if k == "times":
        return {"e": f"{p[1]}{cx(p[2])}{p[3]:+d}"}
    if k == "scale":
        return {"e": f"{p[1]}{cx(p[2])}+{cx(p[3])}"}
    return {"e": cx(p[1]) + cx(p[2]) + ("+" + cx(p[3]) if k == "mul+" else "")}


def solve_complex(p, variant):
    k = p[0]
    s = []
    if k == "add":
        a, b = p[2], p[3]
        re, im = a[0] + p[1] * b[0], a[1] + p[1] * b[1]
        o = "+" if p[1] == 1 else "-"
        s += [("Real part", f"{a[0]}{o}{par(b[0])}={re}"), ("Imaginary part", f"{a[1]}{o}{par(b[1])}={im}")]
    elif k == "times":
        n, (a, b), c = p[1:]
        re, im = n * a + c, n * b
        s += [("Multiply", f"{n}\\cdot{par(a)}={n * a}"), ("Imaginary part", f"{n}\\cdot{par(b)}={im}"), ("Real part", f"{n * a}{c:+d}={re}")]
    elif k == "scale":
        n, (a, b), (c, d) = p[1:]
        re, im = n * a + c, n * b + d
        s += [("Multiply", f"{n}\\cdot{par(a)}={n * a}"), ("Real part", f"{n * a}{c:+d}={re}"),
              ("Multiply", f"{n}\\cdot{par(b)}={n * b}"), ("Imaginary part", f"{n * b}{d:+d}={im}")]
    else:
        (a, b), (c, d) = p[1], p[2]
        re, im = a * c - b * d, a * d + b * c
        s += [("First", f"{par(a)}\\cdot{par(c)}={a * c}"), ("Last", f"{par(b)}\\cdot{par(d)}={b * d}"),
              ("Real part", f"{a * c}-{par(b * d)}={re}"), ("Outer", f"{par(a)}\\cdot{par(d)}={a * d}"),
              ("Inner", f"{par(b)}\\cdot{par(c)}={b * c}"), ("Imaginary part", f"{a * d}{b * c:+d}={im}")]
        if k == "mul+":
            e, f = p[3]
            s += [("Real part", f"{re}{e:+d}={re + e}"), ("Imaginary part", f"{im}{f:+d}={im + f}")]
            re, im = re + e, im + f
    if variant & 1 and re and im:
        return s, poly((im, "i"), (re, ""))
    return s, poly((re, ""), (im, "i"))


# ---------------------------------------------------------------- phrasings (the last two of each are held out)
FIND = "[Find|Compute|Calculate|Work out|Give|Determine]"
EXPRESSION = [
    "[Evaluate|Compute|Calculate|Work out] ${e}$.", "What is [|the value of ]${e}$?", "Find [|the value of ]${e}$.",
    "[Simplify|Write] ${e}$ as a single number.", "[Give|Determine|Find|State] the [value|result] of [the expression |]${e}$.",
    "[Look at|Consider] [the expression |]${e}$. [What is its value|What is the result|Find its value|Evaluate it]?",
    "What do you get [when|if] you [evaluate|compute|work out|simplify] ${e}$?", "[Let|Suppose] $A={e}$. [Find|What is|Compute] $A$[.|?]",
    "The value of ${e}$ is what number?", "If $A={e}$, then what is the value of $A$?"]
PHRASINGS = {
    "arithmetic": EXPRESSION,
    "story": [
        "{N} has {a} {o}. {P} {ev}. How many {o} does {N} have [now|in the end|at the end]?",
        "{N} starts with {a} {o}. {P} {ev}. [Find|What is|Give] the number of {o} {N} has [now|in the end|at the end].",
        "{N} [has|owns|starts with] {a} {o}, then {ev}. How many {o} [are left|are there] [now|in the end|at the end]?",
        "[At first|In the beginning], {N} has {a} {o}. Then {p} {ev}. How many {o} does {p} [have now|have at the end|end up with]?",
        "There are {a} {o} in a box. {N} {ev}. How many {o} are [in the box|there] [now|in the end|at the end]?",
        "How many {o} does {N} have [now|in the end|at the end] if {p} [has|starts with] {a} {o} [at first|in the beginning] and {ev}?",
        "[Suppose|Say] {N} has {a} {o} [and then|and] {ev}. [How many|What number of] {o} does {p} have [now|in the end]?",
        "With {a} {o} [at first|in the beginning], {N} {ev}. How many {o} [are left|are there in the end|does {p} have now]?",
        "{N} owns {a} {o} in the beginning. {P} {ev}. What number of {o} does {p} end up with?",
        "Find the number of {o} {N} has at the end, if {p} starts with {a} and {ev}."],
    "fractions": [
        "[Evaluate|Compute|Calculate|Work out] ${e}$.", "What is [|the value of ]${e}$?", "Find [|the value of ]${e}$.",
        "[Simplify|Work out] ${e}$ and give [the result|the value] as a [fraction|single fraction].",
        "[Give|Determine|Find|State] the [value|result] of [the expression |]${e}$.",
        "[Write|Express] ${e}$ as a [single |]fraction.", "What do you get [when|if] you [evaluate|compute|work out|simplify] ${e}$?",
        "[Let|Suppose] $A={e}$. [Find|What is|Compute] $A$[.|?]",
        "The value of ${e}$ is what fraction?", "If $A={e}$, then what is the value of $A$?"],
    "percent": [
        "The price of a {o} is {a} dollars. It {ev}. What is the price [now|in the end|at the end]?",
        "A {o} costs {a} dollars. The price {ev}. [How much|What] does it cost [now|in the end|at the end]?",
        "A {o} costs {a} dollars [at first|in the beginning]. Its price {ev}. Find the [new|final] price.",
        "[At first|In the beginning], the price of a {o} is {a} dollars. Then it {ev}. [Find|Give|Compute] the [new|final] price.",
        "What is the [new|final] price of a {o} [that|which] costs {a} dollars if the price {ev}?",
        "[Suppose|Say] a {o} costs {a} dollars and its price {ev}. How much does the {o} cost [now|in the end]?",
        "The price of a {o} [starts at|is] {a} dollars and {ev}. [Find|What is] the [new|final] price[.|?]",
        "How much does a {o} cost [now|at the end] if it costs {a} dollars [at first|in the beginning] and the price {ev}?"],
    "linear": [
        "Solve ${e}$[| for ${v}$].", "Find ${v}$ [if|when|given that] ${e}$.", "What is [|the value of ]${v}$ [if|when|given that] ${e}$?",
        "[Let|Suppose|Say] ${e}$. [Find|What is|Determine|Compute] ${v}$[.|?]", "Solve the equation ${e}$[| for ${v}$].",
        "[Give|Determine|Find|State] the [value|solution] of [the equation |]${e}$.", "[If|When] ${e}$, [find|what is] ${v}$[.|?]",
        "For [what|which] [value of |]${v}$ is ${e}$?",
        "Determine the value of ${v}$ when ${e}$.", "Look at the equation ${e}$. What is its solution?"],
    "system": [
        "Solve ${f}$ and ${g}$[| for $(x, y)$].", "Find $(x, y)$ [if|when|given that] ${f}$ and ${g}$.",
        "What is $(x, y)$ [if|when|given that] ${f}$ and ${g}$?", "[Let|Suppose|Say] ${f}$ and ${g}$. [Find|What is|Determine] $(x, y)$[.|?]",
        "Solve the system ${f}$, ${g}$. [Give|Write|State] [the solution|the result] as $(x, y)$.",
        "[Give|Determine|Find|State] the [pair|solution] $(x, y)$ of [the system |the equations |]${f}$ and ${g}$.",
        "[If|When] ${f}$ and ${g}$, [find|what is] [the pair |]$(x, y)$[.|?]", "Two numbers [satisfy|have] ${f}$ and ${g}$. Find [the pair |]$(x, y)$.",
        "Determine $(x, y)$ when ${f}$ and ${g}$.", "Look at the equations ${f}$ and ${g}$. What is the solution $(x, y)$?"],
    "gcd": [
        FIND + " the {k} of ${a}$ and ${b}$.", "What is the {k} of ${a}$ and ${b}$?", "What is the {k} of the [numbers|integers] ${a}$ and ${b}$?",
        "[Consider|Take|Look at] the [numbers|integers] ${a}$ and ${b}$. [Find|What is|Compute] their {k}[.|?]",
        "[Let|Suppose] $a={a}$ and $b={b}$. [Find|What is] the {k} of $a$ and $b$[.|?]",
        "For [the numbers |the integers |]${a}$ and ${b}$, [find|give|compute|determine] the {k}.",
        "[Which|What] [number|integer] is the {k} of ${a}$ and ${b}$?", "Two [numbers|integers] are ${a}$ and ${b}$. [Find|What is] their {k}[.|?]",
        "Take ${a}$ and ${b}$. Determine the {k} of the two numbers.", "The {k} of ${a}$ and ${b}$ is what number?"],
    "modular": [
        FIND + " the remainder when ${e}$ is divided by ${m}$.", "What is the remainder when ${e}$ is divided by ${m}$?",
        "What remainder [do you get|is left] [when|if] [you divide ${e}$|dividing ${e}$] by ${m}$?",
        "Divide ${e}$ by ${m}$. [What is|Find|Give] the remainder[.|?]", "[Consider|Take|Look at] ${e}$. [Find|What is] its remainder [on division by|modulo] ${m}$[.|?]",
        "[Let|Suppose] $N={e}$. [Find|What is] the remainder [when|if] $N$ is divided by ${m}$[.|?]",
        FIND + " ${e}$ modulo ${m}$.", "When ${e}$ is divided by ${m}$, what is the remainder?",
        "If you divide ${e}$ by ${m}$, what is the remainder?", "Find the remainder that is left when ${e}$ is divided by ${m}$."],
    "counting": [
        "In how many ways can [you|we|Tom|Mia] {w}?", "How many ways are there to {w}?", FIND + " the number of ways to {w}.",
        "What is the number of ways to {w}?", "[Tom|Anna|Sam|Nora|Leo|Ella] wants to {w}. [In how many ways|How many ways] [is this possible|are there]?",
        "[Suppose|Say] [you|we] {w}. How many ways are there?", "[Tom|Anna|Sam|Nora] can {w}. How many [different |]ways are there?",
        "How many [different |]choices [are there|do you have] [if|when] you {w}?",
        "In how many different ways is it possible to {w}?", "Leo wants to {w}. Find the number of ways."],
    "probability": [
        "A {c} [has|holds|contains] {box}. You [draw|pick|take] {draw}. What is the probability that {ev}?",
        "{box} are in a {c}. [Tom|Anna|Sam|Nora] [draws|picks|takes] {draw}. [Find|What is|Compute] the probability that {ev}[.|?]",
        "[Tom|Anna|Sam|Nora] [draws|picks|takes] {draw} from a {c} [with|of] {box}. What is the probability that {ev}?",
        "What is the probability that {ev} [if|when] you [draw|pick|take] {draw} from a {c} [with|of] {box}?",
        "There are {box} in a {c}. [We|You] [draw|pick|take] {draw}. [Find|What is|Give] the probability that {ev}[.|?]",
        "A {c} [has|holds|contains] {box}. [If|When] you [draw|pick|take] {draw}, what is the [probability|chance] that {ev}?",
        "From a {c} [with|of] {box}, [you|we] [draw|pick|take] {draw}. [Find|What is] the chance that {ev}[.|?]",
        "[Find|Compute|Determine] the probability that {ev} for {draw} [drawn|taken] from a {c} [with|of] {box}.",
        "In a {c} there are {box}. Leo takes {draw}. What is the chance that {ev}?",
        "If you pick {draw} from a {c} that holds {box}, what is the probability that {ev}?"],
    "shapes": [
        FIND + " the {q} of {s}.", "What is the {q} of {s}?", "[Consider|Take|Look at] {s}. [Find|What is|Compute] the {q}[.|?]",
        "[Suppose|Say] [you|we] have {s}. [Find|What is|Compute] the {q}[.|?]", "[Tom|Anna|Sam|Nora|Leo] [draws|has] {s}. What is the {q}?",
        "For {s}, [find|give|compute|determine] the {q}.", "There is {s}. [Find|What is|Give] the {q}[.|?]", "[Given|With] {s}, what is the {q}?",
        "Determine the {q} if you have {s}.", "Take {s}. What is the {q} of it?"],
    "distance": [
        FIND + " {q}.", "What is {q}?", "[Write|Express|Give] {q} [in simplest form|as a radical|in exact form].", "[Consider|Look at] {q}. [Find|What is|State] its value[.|?]",
        "How long is {q}?", "[Tom|Anna|Sam|Nora|Leo] wants to know {q}. [Find|Give|What is] it[.|?]", "[Determine|State|Find] the exact value of {q}.",
        "What do you get [for|when you compute] {q}?",
        "Work out the value of {q} in exact form.", "Suppose Leo wants to know {q}. What is its value?"],
    "sequences": [
        FIND + " the {q} of {s}.", "What is the {q} of {s}?", "[Consider|Take|Look at] {s}. [Find|What is|Compute] the {q}[.|?]",
        "[Suppose|Say] [you|we] have {s}. [Find|What is|Compute] the {q}[.|?]", "[Tom|Anna|Sam|Nora|Leo] [writes down|has] {s}. What is the {q}?",
        "For {s}, [find|give|compute|determine] the {q}.", "There is {s}. [Find|What is|Give] the {q}[.|?]", "[Given|With] {s}, what is the {q}?",
        "Determine the {q} if you have {s}.", "Take {s}. What is the {q} of it?"],
    "polynomials": [
        "[Expand|Simplify] ${e}$.", "[Expand|Multiply out] [and simplify|and collect] ${e}$.", "[Write|Express] ${e}$ [as a polynomial|without brackets|in expanded form].",
        "What is ${e}$ [as a polynomial|without brackets|in expanded form]?", "[Find|Give|Determine|State] the expanded form of ${e}$.",
        "[Let|Suppose] $p(x)={e}$. [Find|Expand|What is] $p(x)$[.|?]", "What do you get [when|if] you [expand|simplify|multiply out] ${e}$?",
        "[Consider|Look at] ${e}$. [Expand|Simplify] [it|this expression].",
        "Find ${e}$ without brackets.", "If $p(x)={e}$, what is $p(x)$ in expanded form?"],
    "vectors": [
        "Let $u={u}$ and $v={v}$. [Find|Compute|What is|Evaluate] ${e}$[.|?]", "[Suppose|Say] $u={u}$ and $v={v}$. [Find|Compute|What is|Evaluate] ${e}$[.|?]",
        "[Find|Compute|Calculate|Evaluate] ${e}$ [if|for|when|given that] $u={u}$ and $v={v}$.", "What is ${e}$ [if|for|when|given that] $u={u}$ and $v={v}$?",
        "For [the vectors |]$u={u}$ and $v={v}$, [find|give|compute|determine] ${e}$.", "[If|When] $u={u}$ and $v={v}$, [find|what is] ${e}$[.|?]",
        "[Consider|Take|Look at] the vectors $u={u}$ and $v={v}$. [Find|Compute|What is] ${e}$[.|?]", "The vectors are $u={u}$ and $v={v}$. [Find|Give|What is] ${e}$[.|?]",
        "Given that $u={u}$ and $v={v}$, work out ${e}$.", "Two vectors are $u={u}$ and $v={v}$. Determine ${e}$."],
    "complex": [
        "[Evaluate|Compute|Calculate|Work out] ${e}$.", "What is [|the value of ]${e}$?", "Find [|the value of ]${e}$.",
        "[Simplify|Write] ${e}$ [as one complex number|in the form $a+bi$].", "[Give|Determine|Find|State] the [value|result] of [the expression |]${e}$.",
        "[Consider|Look at] [the complex number |]${e}$. [Find|What is|State] its value[.|?]", "What do you get [when|if] you [evaluate|compute|work out|simplify] ${e}$?",
        "[Let|Suppose] $z={e}$. [Find|What is|Compute] $z$[.|?]",
        "If $z={e}$, then what is the value of $z$?", "The value of ${e}$ is what complex number?"],
}
PERCENT_OF = ["{ask}?", "{ask} dollars?", "[Find|Compute|Calculate|Work out|Give] {q}\\% of {a}.", "[Suppose|Say] you have {a} dollars. How much is {q}\\% of it?",
              "A {o} costs {a} dollars. [Find|What is] {q}\\% of the price[.|?]", "{q}\\% of {a} is what number?",
              "Determine {q}\\% of {a}.", "How much is {q}\\% of {a} dollars?"]
HELD_OUT = 2
EQUIVALENT_VARIANTS = {"arithmetic": 2, "story": 2, "fractions": 4, "percent": 2, "linear": 2, "system": 2, "gcd": 2, "modular": 2,
                       "counting": 2, "probability": 2, "shapes": 2, "distance": 2, "sequences": 2, "polynomials": 2, "vectors": 2, "complex": 2}
SUBJECT = {"arithmetic": "Prealgebra", "story": "Prealgebra", "fractions": "Prealgebra", "percent": "Prealgebra", "linear": "Algebra",
           "system": "Algebra", "gcd": "Number Theory", "modular": "Number Theory", "counting": "Counting & Probability",
           "probability": "Counting & Probability", "shapes": "Geometry", "distance": "Geometry", "sequences": "Intermediate Algebra",
           "polynomials": "Intermediate Algebra", "vectors": "Precalculus", "complex": "Precalculus"}
FAMILIES = list(SUBJECT)
MAKE = {n: globals()["make_" + n] for n in FAMILIES}
FIELDS = {n: globals()["fields_" + n] for n in FAMILIES}
SOLVE = {n: globals()["solve_" + n] for n in FAMILIES}
CHOICE = re.compile(r"\[([^\[\]]*)\]")
FIELD = re.compile(r"\{([A-Za-z]+)\}")


def canonical(family, params):
    """The problem whatever its words: what the split hashes and what 'the same problem' means."""
    return family + "|" + repr(params)


def bucket(family, params):
    return int.from_bytes(hashlib.sha256(canonical(family, params).encode()).digest()[:8], "big") % 100


def split_of(family, params):
    b = bucket(family, params)
    return next(s for s, (lo, hi) in SPLITS.items() if lo <= b < hi)


def phrase(family, params, rng, held_out=False):
    """One wording; a question mark follows what asks, a full stop what orders."""
    f = FIELDS[family](params, rng)
    texts = PHRASINGS[family]
    if family == "percent" and f["one"]:
        f.update(q=params[1], a=params[0], o=rng.choice(["coat", "phone", "bike", "lamp"]))
        texts = PERCENT_OF
    text = rng.choice(texts[-HELD_OUT:] if held_out else texts[:-HELD_OUT])
    asks = [None]

    def pick(m):
        options = m.group(1).split("|")
        if options == [".", "?"]:
            return "?" if asks[0] else "."
        c = rng.choice(options)
        if c[:4].lower() in ("what", "find", "comp", "give", "eval", "dete", "stat", "expa"):
            asks[0] = c[:4].lower() == "what"
        return c

    text = CHOICE.sub(pick, text)
    text = FIELD.sub(lambda m: str(f[m.group(1)]), text)
    if text.endswith(("Find its value?", "Evaluate it?")):
        text = text[:-1] + "."
    return text[0].upper() + text[1:], f


def solution_text(steps, answer):
    lines = [f"## Step {i}: {w}: ${m}$." for i, (w, m) in enumerate(steps, 1)]
    return "\n\n".join(lines) + "\n" + END_SENTENCE % answer


class Problem:
    """One worded problem with one solution; ``variables`` is the letter its equation uses."""
    __slots__ = ("family", "level", "params", "text", "letter")

    def __init__(self, family, level, params, text, letter):
        self.family, self.level, self.params, self.text, self.letter = family, level, params, text, letter

    def solve(self, variant):
        if self.family == "linear":
            return solve_linear(self.params, variant, self.letter)
        return SOLVE[self.family](self.params, variant)

    def solutions(self):
        return [self.solve(v) for v in range(EQUIVALENT_VARIANTS[self.family])]


def draw_params(rng, family, level, split):
    while True:
        p = MAKE[family](rng, level)
        if p is not None and split_of(family, p) == split:
            return p


def draw(rng, split="train", family=None, level=None, held_out=False):
    family = family or rng.choice(FAMILIES)
    level = level or rng.randint(1, 5)
    p = draw_params(rng, family, level, split)
    text, f = phrase(family, p, rng, held_out)
    return Problem(family, level, p, text, f.get("v", "x") if family == "linear" else "x")


def example(rng, **kw):
    """A training example: (problem, text, solution text)."""
    q = draw(rng, **kw)
    steps, answer = q.solve(rng.randrange(EQUIVALENT_VARIANTS[q.family]))
    return q, q.text, solution_text(steps, answer)


# ---------------------------------------------------------------- drills
def drill(rng):
    """One bare equation as it stands in a step; most of what goes wrong in a solution is this."""
    k = rng.randrange(12)
    r = rng.randint

    def sg(n):
        return n if rng.random() < 0.65 else -n

    if k <= 1:
        top = rng.choice((20, 60, 150, 500))
        a, b = sg(r(1, top)), r(1, rng.choice((12, 40, top)))
        return f"{a}+{b}={a + b}"
    if k <= 3:
        top = rng.choice((20, 60, 150, 500))
        a, b = sg(r(1, top)), r(1, rng.choice((12, 40, top)))
        return f"{a}-{b}={a - b}"
    if k <= 6:
        a, b = r(2, rng.choice((12, 30, 99))), r(2, 12)
        if rng.random() < 0.5:
            a, b = b, a
        if rng.random() < 0.35:
            a, b = sg(a), sg(b)
            return f"{par(a)}\\cdot{par(b)}={a * b}"
        return f"{a}\\cdot{b}={a * b}"
    if k == 7:
        b, q = r(2, 12), r(1, rng.choice((12, 40, 99)))
        q = q if rng.random() < 0.8 else -q
        return f"{b * q}/{b}={q}"
    if k == 8:
        m, x = r(2, 15), r(2, rng.choice((60, 99, 150)))
        if x < m:
            x += m
        return f"{x}-{x // m}\\cdot{m}={x % m}"
    if k == 9:
        g, a, b = r(2, 9), r(1, 15), r(2, 15)
        while gcd(a, b) > 1:
            a, b = r(1, 15), r(2, 15)
        return f"{fr(a * g, b * g)}={fr(a, b)}" if rng.random() < 0.6 else f"{fr(a, b)}={fr(a * g, b * g)}"
    if k == 10:
        q = rng.choice([5, 10, 20, 25, 30, 50])
        v = Fraction(rng.choice([5, 10, 20, 40]) * r(1, 25), rng.choice((1, 1, 2)))
        part = v * q / 100
        if (part * 100).denominator != 1:
            return drill(rng)
        c = rng.randrange(3)
        if c == 0:
            return f"{decimal(v)}\\cdot{decimal(Fraction(q, 100))}={decimal(part)}"
        return f"{decimal(v)}+{decimal(part)}={decimal(v + part)}" if c == 1 else f"{decimal(v)}-{decimal(part)}={decimal(v - part)}"
    k, m = r(2, 9), rng.choice([2, 3, 5, 6, 7, 10, 11, 13, 14, 15])
    n = k * k * m
    return f"{n}={k * k}\\cdot{m}" if rng.random() < 0.5 else f"\\sqrt{{{n}}}={k}\\sqrt{{{m}}}"
