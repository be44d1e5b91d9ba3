"""The report as one self-contained page: no scripts, no network, prints well (docs/observer/elections.md)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from aydyn.evote.report.charts import bars, counted, named
from aydyn.evote.report.texts import describe, noted, shown
from aydyn.evote.report.words import LANGUAGES, WORDS

__all__ = ["LANGUAGES", "render"]

_STYLE = """
:root{--ink:#1a1a1a;--soft:#555;--line:#c9c9c9;--good:#00683d;--bad:#b3001b;--odd:#7a5200;--bar:#1f5f8b;--paper:#fff}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:1rem;font:1rem/1.5 system-ui,"DejaVu Sans",sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
.verdict{border:3px solid;padding:.75rem 1rem;margin:1rem 0}.verdict strong{display:block;font-size:1.35rem}
.verified{border-color:var(--good)}.verified strong,.status-verified{color:var(--good)}
.refuted{border-color:var(--bad)}.refuted strong,.status-refuted{color:var(--bad);font-weight:bold}
.unchecked{border-color:var(--odd)}.unchecked strong,.status-unchecked{color:var(--odd);font-weight:bold}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line)}
th{overflow-wrap:break-word;hyphens:auto}td{overflow-wrap:break-word}.steps td,.steps th{padding-right:.5rem}.steps td:last-child,.steps th:last-child{padding-right:0}td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.scroll{overflow-x:auto}
dl{margin:0}dt{color:var(--soft)}dd{margin:0 0 .5rem}
code{font:0.875rem/1.4 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.bar{background:var(--bar);height:.9rem;min-width:1px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.row{margin:.5rem 0}.row p{display:flex;justify-content:space-between;gap:1rem;margin:0}.row p b{font-variant-numeric:tabular-nums;white-space:nowrap}
.track{background:#e8edf1}.inner{margin-left:1.25rem}
.soft{color:var(--soft)}
@media print{body{max-width:none;padding:0;font-size:10.5pt}h2{break-after:avoid}.row,tr{break-inside:avoid}}
""".strip()


def render(report: dict[str, Any], lang: str) -> str:
    """The whole page in one of `LANGUAGES`."""
    words = WORDS[lang]
    name = report["facts"].get("name") or report["file"]
    body = "".join(_sections(report, words))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(words['title'])}: {escape(shown(name))}</title><style>{_STYLE}</style></head>"
        f"<body><main><p class=soft>{escape(words['title'])}</p><h1>{escape(name)}</h1>{body}</main></body></html>\n"
    )


def _sections(report: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    verdict = report["verdict"]
    partial = verdict == "verified" and report["result"] is None
    more = f"<br>{escape(words['partial'])}" if partial else ""
    if verdict == "verified" and report["unbound"]:
        more += f"<br><b>{escape(words['unbound'])}</b>"
    yield f'<div class="verdict {verdict}"><strong>{escape(words[verdict])}</strong>{escape(words[verdict + "-words"])}{more}</div>'
    yield from _problems(report, words)
    if report["result"] is not None:
        yield f"<h2>{escape(words['result'])}</h2>"
        for question in report["result"]:
            yield f"<h3>{escape(question['question'])}</h3>"
            yield bars(question, words) if "rows" in question else counted(question, words)
    elif verdict == "verified":
        yield f"<h2>{escape(words['result'])}</h2><p>{escape(words['no-result'])}</p>"
    yield from _checked(report, words)
    yield from _facts(report["facts"], words)
    yield from _meaning(report, words)
    yield f"<p class=soft>{escape(words['made']).format(named(report['file']))}</p>"


def _problems(report: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    for key in ("problems", "notes"):
        if not report[key]:
            continue
        yield f"<h2>{escape(words[key])}</h2><ul>"
        for one in report[key]:
            yield f"<li>{escape(shown(describe(one, words) if key == 'problems' else noted(one, words)))}</li>"
        yield "</ul>"
    if report["problem_count"] > len(report["problems"]):
        yield f"<p>{escape(words['more'].format(report['problem_count']))}</p>"


def _checked(report: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    yield f"<h2>{escape(words['checked'])}</h2><div class=scroll><table class=steps><thead><tr><th scope=col>{escape(words['step'])}"
    yield f"<th scope=col class=number>{escape(words['how-many'])}<th scope=col>{escape(words['outcome'])}</tr></thead><tbody>"
    for step in report["steps"]:
        count = f"{step['count']:,}".replace(",", "\u00a0") if step["count"] else ""
        status = words["status-" + step["status"]]
        yield f"<tr><td>{step['number']}. {escape(words['step-' + step['stage']])}<td class=number>{count}"
        yield f'<td class="status-{step["status"]}">{escape(status)}</tr>'
    yield "</tbody></table></div>"
    if report["skipped"]:
        yield f"<p>{escape(words['skipped'].format(report['skipped']))}</p>"


def _facts(facts: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    if not facts:
        return
    yield f"<h2>{escape(words['election'])}</h2><dl>"
    rows = [(key, facts[key]) for key in ("description", "administrator", "credential_authority", "uuid", "group")]
    rows += [("voters", facts["credentials"]), ("voted", facts["voted"]), ("ballots", facts["ballots"])]
    if facts["voted_weight"] != facts["voted"]:
        rows.append(("weight", facts["voted_weight"]))
    for key, value in rows:
        if value not in (None, ""):
            text = f"{value:,}".replace(",", "\u00a0") if isinstance(value, int) else str(value)
            yield f"<dt>{escape(words[key])}</dt><dd>{escape(text)}</dd>"
    yield f"</dl><h2>{escape(words['fingerprints'])}</h2><p>{escape(words['fingerprints-words'])}</p><dl>"
    for label, value in _fingerprints(facts, words):
        yield f"<dt>{label}</dt><dd><code>{escape(value)}</code></dd>"
    yield "</dl>"


def _fingerprints(facts: dict[str, Any], words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Labels as HTML, and fingerprints."""
    for key, value in facts["fingerprints"].items():
        kind, _, number = key.partition(" ")
        yield escape(words["fp-shuffle"].format(number) if kind == "shuffle" else words[f"fp-{kind}"]), value
    for one in facts["trustees"]:
        name = f" ({named(one['name'])})" if one["name"] else ""
        yield escape(words["fp-trustee"].format(one["owner"])) + name, one["fingerprint"]


def _meaning(report: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    for key, prefix in (("proved", "proved-"), ("not_proved", "not-")):
        if report[key]:
            title = words["proved" if key == "proved" else "not-proved"]
            points = "".join(f"<li>{escape(words[prefix + code])}</li>" for code in report[key])
            yield f"<h2>{escape(title)}</h2><ul>{points}</ul>"
