"""`qyzmet acts`: what is installed, and what each act says, does and leaves open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from qyzmet.commands import saying
from qyzmet.commands.saying import as_json, language, print_json, says_errors

if TYPE_CHECKING:
    from qyzmet.cases.package import ActPackage
    from qyzmet.cases.procedure import Limit, Procedure, Step
    from qyzmet.cases.readings import Change
    from qyzmet.law.act import LegalAct
    from qyzmet.runtime.config import Config


@click.command()
@click.argument("act", required=False)
@click.option("--on", "on", metavar="DATE", type=saying.day, help="In force on this day? Default: today.")
@click.option("--policies", is_flag=True, help="Only the readings of what the act leaves open.")
@language
@as_json
@says_errors
def acts(act: str | None, on: date | None, policies: bool, lang: str, as_json: bool) -> None:
    """The installed acts; or the clauses, procedures and policies of one ACT.

    \b
    Examples:
      qyzmet acts --on 2024-03-01
      qyzmet acts proactive --lang kk
      qyzmet acts proactive --policies
    """
    from qyzmet.cases.package import act_package
    from qyzmet.law.act import known_acts
    from qyzmet.law.policies import must_name_acts
    from qyzmet.runtime.clock import legal_date
    from qyzmet.runtime.config import load

    config = load()
    must_name_acts(config.policies, known_acts())
    day = on or legal_date(config.open_clock().now())
    if act is None:
        found = [_head(each, day, lang) for each in known_acts().values()]
        _print({"acts": found}, as_json, lambda: _say_acts(found))
    else:
        package = act_package(act)
        whole = _head(package.act, day, lang) | _parts(package, config, lang, policies)
        _print(whole, as_json, lambda: _say_act(whole))


def _print(value: Any, as_json: bool, say: Any) -> None:
    if as_json:
        print_json(value)
    else:
        say()


# --- what there is ----------------------------------------------------------------------------------


def _head(act: LegalAct, day: date, lang: str) -> dict[str, Any]:
    last = act.in_force.last
    return {
        "code": act.code,
        "title": act.titles.get(lang) or next(iter(act.titles.values())),
        "source": act.source,
        "first_day": act.in_force.first.isoformat(),
        "last_day": last.isoformat() if last else None,
        "day": day.isoformat(),
        "in_force_on_day": day in act.in_force,
    }


def _parts(package: ActPackage, config: Config, lang: str, only_policies: bool) -> dict[str, Any]:
    import msgspec

    from qyzmet.cases import readings

    found, version = readings.in_use(package, config.policies.get(package.act.code, {}), _changes(config))
    policies = msgspec.to_builtins(found)
    if only_policies:
        return {"policies": policies, "policies_version": version}
    clauses = [
        {"id": clause.id, "title": clause.title, "no_code_because": clause.no_code_because}
        for clause in package.act.clauses.values()
    ]
    procedures = [_procedure(procedure, lang) for procedure in package.procedures.values()]
    return {
        "clauses": clauses,
        "procedures": procedures,
        "policies": policies,
        "policies_version": version,
    }


def _changes(config: Config) -> list[Change]:
    """What was changed while this installation ran; nothing where it has no store yet."""
    if not config.database_url and not (config.home / "postgres").exists():
        return []
    from qyzmet.cases.readings import changes
    from qyzmet.commands.opening import opened_store

    with opened_store() as (_, _, _, connection):
        return changes(connection)


def _procedure(procedure: Procedure, lang: str) -> dict[str, Any]:
    from qyzmet.cases.drawing.words import in_language

    return {
        "code": procedure.code,
        "title": in_language(procedure.title, lang, procedure.code),
        "hash": procedure.hash,
        "steps": [_step(step, lang) for step in procedure.steps.values()],
    }


def _step(step: Step, lang: str) -> dict[str, Any]:
    from qyzmet.cases.drawing.words import title_of

    return {
        "name": step.name,
        "title": title_of(step, lang),
        "kind": step.kind.value,
        "clause": step.clause.id,
        "actor": step.actor,
        "receiver": step.receiver,
        "outcomes": dict(step.outcomes),
        "limit": step.limit and _limit(step.limit, lang),
        "no_limit_because": step.no_limit_because,
        "every_seconds": None if step.every is None else int(step.every.total_seconds()),
    }


def _limit(limit: Limit, lang: str) -> dict[str, Any]:
    from qyzmet.cases.drawing.words import limit_words

    return {
        "working_days": limit.working_days,
        "clause": limit.clause.id,
        "starts": limit.starts,
        "then": limit.then,
        "said": limit_words(limit, lang),
    }


# --- for people -------------------------------------------------------------------------------------


def _say_acts(found: list[dict[str, Any]]) -> None:
    for each in found:
        _say_head(each)
    if not found:
        click.echo("No act is installed.", err=True)


def _say_head(each: dict[str, Any]) -> None:
    until = f"to {each['last_day']}" if each["last_day"] else "without an end"
    state = "in force" if each["in_force_on_day"] else "NOT in force"
    click.echo(f"{each['code']}: {each['title']}")
    click.echo(f"  {each['source']}")
    click.echo(f"  from {each['first_day']} {until}; {state} on {each['day']}")


def _say_act(whole: dict[str, Any]) -> None:
    _say_head(whole)
    if "clauses" in whole:
        click.echo("\nClauses")
        for clause in whole["clauses"]:
            because = f" (no code: {clause['no_code_because']})" if clause["no_code_because"] else ""
            click.echo(f"  {clause['id']}  {clause['title']}{because}")
    for procedure in whole.get("procedures", ()):
        click.echo(f"\n{procedure['code']}: {procedure['title']} (hash {procedure['hash'][:12]})")
        for step in procedure["steps"]:
            _say_step(step)
    click.echo(f"\nPolicies (version {whole['policies_version']})")
    for policy in whole["policies"]:
        _say_policy(policy)


def _say_step(step: dict[str, Any]) -> None:
    towards = f" with {step['receiver']}" if step["receiver"] else ""
    place = step["clause"].partition(":")[2]
    click.echo(
        f"  {step['name']:<26} {step['kind']:<7} {place:<10} {step['actor']}{towards}: {step['title']}"
    )
    ways = ", ".join(f"{outcome} → {target}" for outcome, target in step["outcomes"].items())
    if ways:
        click.echo(f"  {'':<26} {ways}")
    if step["limit"]:
        limit = step["limit"]
        then = f", then {limit['then']}" if limit["then"] else ", then overdue"
        click.echo(f"  {'':<26} within {limit['said']}, from {limit['starts']}{then}")


def _say_policy(policy: dict[str, Any]) -> None:
    changed = "" if policy["value"] == policy["default"] else f"  [CHANGED; default {policy['default']!r}]"
    places = ", ".join(clause.partition(":")[2] for clause in policy["clauses"])
    click.echo(f"  {policy['mark']:<9} {policy['title']} ({places})")
    since = f", since {policy['since'][:10]} by {policy['by']}" if policy["since"] else ""
    click.echo(f"  {'':<9} = {policy['value']!r} ({policy['origin']}{since}){changed}; it {policy['rule']}")
