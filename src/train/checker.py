"""Exact labels for steps, by meaning and not by literal comparison.

A step is right while (a) every equation in it is true, (b) what it concludes is what some valid chain of
the problem concludes at that place or later, and (c) nothing before it was wrong. Conclusions are
compared by value: an unreduced fraction, another order of the same sum, or ``x=5`` for ``5`` are equal.
Unknowns of equations are given their solution; letters of identities are tried at three places.
"""
import re

import domain

TOKEN = re.compile(r"\s+|\\left|\\right|\\,|\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+\.\d+|\d+|\\frac|\\sqrt|\\cdot|\\times|\\%|[A-Za-z]|[-+*/^(){},=]")
PLACES = (1.37, -2.11, 3.73)


class Bad(Exception):
    """The text is not an expression of this small grammar."""


class Reader:
    """Recursive descent; values are floats or tuples of floats."""

    def __init__(self, text, env):
        self.t, i = [], 0
        while i < len(text):
            m = TOKEN.match(text, i)
            if not m:
                raise Bad(text)
            w = m.group()
            if not w.isspace() and w not in ("\\left", "\\right", "\\,"):
                self.t.append(w)
            i = m.end()
        self.i, self.env = 0, env

    def peek(self):
        return self.t[self.i] if self.i < len(self.t) else None

    def take(self, want=None):
        w = self.peek()
        if w is None or want is not None and w != want:
            raise Bad(self.t)
        self.i += 1
        return w

    def sides(self):
        out = [self.sum()]
        while self.peek() == "=":
            self.take()
            out.append(self.sum())
        if self.peek() is not None:
            raise Bad(self.t)
        return out

    def sum(self):
        v = self.product()
        while self.peek() in ("+", "-"):
            o = self.take()
            w = self.product()
            v = combine(v, w, 1 if o == "+" else -1)
        return v

    def product(self):
        if self.peek() == "-":
            self.take()
            return times(-1.0, self.product())
        if self.peek() == "+":
            raise Bad(self.t)
        v, number = self.power(), self.t[self.i - 1][-1].isdigit()
        while True:
            w = self.peek()
            if w in ("\\cdot", "\\times", "*"):
                self.take()
                v, number = times(v, self.signed()), False
            elif w == "/":
                self.take()
                d = self.power()
                if isinstance(d, tuple) or d == 0 or isinstance(v, tuple):
                    raise Bad(self.t)
                v, number = v / d, False
            elif w == "\\frac" and number:          # 2\frac{1}{3}: a mixed number
                v, number = combine(v, self.power(), 1), False
            elif w == "(" or w is not None and (w[0] == "\\" and w in ("\\frac", "\\sqrt") or w.isalpha()):
                v, number = times(v, self.power()), False
            else:
                return v

    def signed(self):
        if self.peek() == "-":
            raise Bad(self.t)
        return self.power()

    def power(self):
        v = self.atom()
        if self.peek() == "^":
            self.take()
            if self.peek() == "{":
                self.take()
                e = self.sum()
                self.take("}")
            else:
                e = self.atom()
            if isinstance(v, tuple) or isinstance(e, tuple) or e != int(e) or not 0 <= e <= 12:
                raise Bad(self.t)
            v = v ** int(e)
        return v

    def braces(self):
        self.take("{")
        v = self.sum()
        self.take("}")
        if isinstance(v, tuple):
            raise Bad(self.t)
        return v

    def atom(self):
        w = self.take()
        if w[0].isdigit():
            v = float(w.replace(",", ""))
            if self.peek() == "\\%":
                self.take()
                v /= 100
            return v
        if w == "\\frac":
            a, b = self.braces(), self.braces()
            if b == 0:
                raise Bad(self.t)
            return a / b
        if w == "\\sqrt":
            v = self.braces()
            if v < 0:
                raise Bad(self.t)
            return v ** 0.5
        if w == "(":
            v = self.sum()
            if self.peek() == ",":
                v = (v,)
                while self.peek() == ",":
                    self.take()
                    v += (self.sum(),)
                if any(isinstance(x, tuple) for x in v):
                    raise Bad(self.t)
            self.take(")")
            return v
        if w.isalpha() and w in self.env:
            return self.env[w]
        raise Bad(self.t)


def combine(a, b, sign):
    if isinstance(a, tuple) or isinstance(b, tuple):
        if not (isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)):
            raise Bad((a, b))
        return tuple(x + sign * y for x, y in zip(a, b))
    return a + sign * b


def times(a, b):
    if isinstance(a, tuple) and isinstance(b, tuple):
        raise Bad((a, b))
    if isinstance(a, tuple):
        a, b = b, a
    return tuple(a * x for x in b) if isinstance(b, tuple) else a * b


def close(a, b):
    if isinstance(a, tuple) != isinstance(b, tuple):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(close, a, b))
    return abs(a - b) <= 1e-7 * max(1.0, abs(a), abs(b))


SPAN = re.compile(r"\$([^$]*)\$")
BOX = re.compile(r"\\boxed\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")


class Checker:
    """Labels for one problem's solutions."""

    def __init__(self, problem):
        chains = problem.solutions()
        self.equation = problem.family in ("linear", "system")
        if problem.family == "linear":
            x = self.number(chains[0][1])
            self.envs, self.letter = [{problem.letter: x}], problem.letter
        elif problem.family == "system":
            x, y = Reader(chains[0][1], {}).sum()
            self.envs, self.letter = [{"x": x, "y": y}], None
        else:
            self.envs = [{c: v + 0.1 * i for i, c in enumerate("xyni")} for v in PLACES]
            self.letter = None
        self.chains = [[self.conclusion(m) for _, m in steps] for steps, _ in chains]
        assert all(None not in c for c in self.chains), (problem.text, chains)
        self.answer = self.value(chains[0][1])

    @staticmethod
    def number(text):
        return float(Reader(text, {}).sum())

    def value(self, text):
        if self.letter and text.replace(" ", "").startswith(self.letter + "="):
            text = text.split("=", 1)[1]
        return [Reader(text, e).sum() for e in self.envs]

    def conclusion(self, math):
        """What a formula says: a value at every place, or for an equation in unknowns its left side too. None if false."""
        try:
            sides = [Reader(math, e).sides() for e in self.envs]
        except (Bad, RecursionError, OverflowError, ValueError):
            return None
        if any(not close(s[0], x) for s in sides for x in s[1:]):
            return None
        if self.equation and any(c in math for c in self.envs[0]):
            left = math.split("=", 1)[0]
            try:                      # slope of the left side: 2x=10 concludes something else than x=5
                moved = {k: v + 1 for k, v in self.envs[0].items()}
                slope = combine(Reader(left, moved).sum(), sides[0][0], -1)
            except (Bad, ValueError):
                return None
            if math.count("=") == 0 or close(slope, 0.0):
                return None
            return ("eq", slope, sides[0][0])
        return ("value", *[s[-1] for s in sides])

    @staticmethod
    def same(a, b):
        return a is not None and b is not None and len(a) == len(b) and a[0] == b[0] and all(close(x, y) for x, y in zip(a[1:], b[1:]))

    def accepted(self, text):
        """Is the (boxed) answer right?"""
        try:
            return all(map(close, self.value(text), self.answer))
        except (Bad, RecursionError, OverflowError, ValueError):
            return False

    def steps(self, text, ended=True):
        """One label a step ('\\n\\n' separated): True while the path is right; the last also needs the right answer."""
        parts = [p for p in text.split("\n\n") if p]
        at = {i: -1 for i in range(len(self.chains))}       # the chains still followed, and how far
        out, right = [], True
        for k, part in enumerate(parts):
            if right:
                body, _, tail = part.partition("Therefore, the final answer is:")
                spans = SPAN.findall(body)
                said = [self.conclusion(m) for m in spans]
                if any(s is None for s in said) or not (spans or tail):
                    right = False
                for s in said if right else ():
                    follow = {}
                    for c, i in at.items():
                        nxt = next((j for j in range(i + 1, len(self.chains[c])) if self.same(s, self.chains[c][j])), None)
                        if nxt is not None and nxt <= i + 2:
                            follow[c] = nxt
                        elif self.same(s, self.chains[c][i] if i >= 0 else None):
                            follow[c] = i                   # the same thing said again
                    at = follow
                    right = bool(at)
                    if not right:
                        break
                box = BOX.findall(part)
                if right and (box or tail):
                    right = bool(box) and self.accepted(box[-1])
                elif right and ended and k == len(parts) - 1:
                    right = False                           # ended without an answer
            out.append(right)
        return out

    def correct(self, text):
        box = BOX.findall(text)
        return bool(box) and self.accepted(box[-1])


def answer_key(text):
    """A canonical form for votes: equal values give equal keys."""
    try:
        if re.match(r"^[a-z]\s*=", text):
            text = text.split("=", 1)[1]
        vs = [Reader(text, {c: v + 0.1 * i for i, c in enumerate("xyni")}).sum() for v in PLACES]
        return tuple(tuple(round(x, 5) for x in v) if isinstance(v, tuple) else round(v, 5) for v in vs)
    except (Bad, RecursionError, OverflowError, ValueError):
        return text.strip()


def boxed(text):
    box = BOX.findall(text)
    return box[-1] if box else None


def self_test():
    """Every generated solution must be accepted in full, and a changed digit must not be."""
    import random
    rng = random.Random(1)
    caught = total = 0
    for n in range(20000):
        q, _, s = domain.example(rng)
        c = Checker(q)
        labels = c.steps(s)
        assert all(labels) and c.correct(s), (q.text, s, labels)
        places = [m.start() for m in re.finditer(r"(?<=[=\d])\d(?=\$\.)", s)]
        if places and n % 10 == 0:
            i = rng.choice(places)
            t = s[:i] + rng.choice([d for d in "0123456789" if d != s[i]]) + s[i + 1:]
            total += 1
            caught += not all(c.steps(t))
    print(f"20000 solutions accepted; {caught} of {total} with one changed result refused")
    assert caught >= 0.99 * total


if __name__ == "__main__":
    self_test()
