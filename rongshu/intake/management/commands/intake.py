"""`rongshu intake …`: look at a legacy site, take it over, read one page; further deeds by module."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import CommandError, CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.accounts.queries import person_named, viewer_for
from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.progress_lines import ProgressLines
from rongshu.intake.actions.carry_out import Conduct, carry_out
from rongshu.intake.actions.plan_rules import plan_rules
from rongshu.intake.actions.start_run import start_run
from rongshu.intake.application_forms import read_application
from rongshu.intake.collecting import opened
from rongshu.intake.crawling import FetchRefused, Politeness
from rongshu.intake.errors import SourceRefused
from rongshu.intake.extraction import PageRefused, extract_page
from rongshu.intake.frontier import key_of
from rongshu.intake.management import going_live, in_step, many_sites, tasks
from rongshu.intake.management.arguments import new_file, rate, require_readable, seconds, web_address
from rongshu.intake.models import IntakeRun
from rongshu.intake.planning import propose, read_mapping, read_rules, written
from rongshu.intake.queries.report import report_of
from rongshu.intake.queries.runs import get_run_for, runs_for
from rongshu.intake.surveying import Survey, first_page, survey
from rongshu.sites.queries.sites import get_site_for

NO_ARTICLE = 3
# Each declares sub-commands and names what they do.
FURTHER = (going_live, in_step, many_sites, tasks)


class Command(ActingCommand):
    help = "采集迁移：摸底（survey）、方案（plan）、整站迁入（run）、单页提取（extract）、任务列表（list）"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Declare the sub-commands."""
        commands = parser.add_subparsers(dest="deed", required=True)
        run = self.add_deed(commands, "run", "把旧网站整站迁入一个站点")
        run.add_argument("source", nargs="?", help="旧网站的网址，或存有网页的文件夹")
        run.add_argument("--site", help="目标站点代号")
        run.add_argument("--resume", metavar="RUN", help="继续一个中断的任务（不再给出来源）")
        run.add_argument("--mapping", type=Path, metavar="FILE", help="按此方案对应栏目（见 plan）")
        run.add_argument(
            "--allow-host", action="append", default=[], metavar="HOST", help="允许访问的内网或本机主机名"
        )
        run.add_argument(
            "--approved-by", default="", metavar="NAME[,NAME…]", help="签署本批次的各级审核人代号"
        )
        run.add_argument("--rate", type=rate, default=5.0, metavar="N", help="每秒请求数，0 为不限（默认 5）")
        run.add_argument(
            "--backoff",
            type=seconds,
            default=Politeness().backoff_seconds,
            metavar="SECONDS",
            help="旧站出错或嫌快时先等几秒再试，逐次加倍（默认 1）",
        )
        run.add_argument(
            "--application", type=Path, metavar="FILE", help="迁移申请表（YAML），缺的按站点登记填写"
        )
        run.add_argument("--report", type=new_file, metavar="FILE", help="把报告写入此文件，默认打印")
        extract = commands.add_parser("extract", help="提取一个网页文件，打印 JSON")
        extract.add_argument("file", type=Path, help="网页文件")
        extract.add_argument("--url", type=web_address, help="网页原来的网址")
        self.add_deed(commands, "list", "列出采集任务")
        survey = commands.add_parser("survey", help="摸底：栏目、模板、数量、编码、附件类型，不保存任何内容")
        plan = self.add_deed(commands, "plan", "摸底并提出栏目对应方案，供修改后执行")
        plan.add_argument("--site", required=True, help="目标站点代号")
        plan.add_argument("--out", type=new_file, required=True, metavar="FILE", help="把方案写入此文件")
        for deed in (survey, plan):
            deed.add_argument("source", help="旧网站的网址，或存有网页的文件夹")
            deed.add_argument("--allow-host", action="append", default=[], metavar="HOST", help="同 run")
            deed.add_argument("--rate", type=rate, default=5.0, metavar="N", help="同 run")
        for module in FURTHER:
            module.declare(self, commands)

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Extraction and survey change nothing and need neither person nor database."""
        if options["deed"] == "survey":
            try:
                return self._survey(options)
            except RongshuError as error:
                self.refuse(error, is_traced=bool(options.get("traceback")))
        if options["deed"] == "extract":
            return _extract(options["file"], options["url"])
        return super().handle(*args, **options)

    def act(self, actor: Person, **options: Any) -> str | None:
        """Plan, run, list, or do what a module of further deeds knows."""
        for module in FURTHER:
            if (act := module.DEEDS.get(options["deed"])) is not None:
                told: str | None = act(actor, options)
                return told
        if options["deed"] == "plan":
            return self._plan(actor, options)
        if options["deed"] == "list":
            return "\n".join(_line(run) for run in runs_for(viewer_for(actor))) or "还没有采集任务。"
        signers = [person_named(name.strip()) for name in options["approved_by"].split(",") if name.strip()]
        per_second = options["rate"] or None
        run = _run(actor, options)
        with ProgressLines(self.stderr) as progress:
            politeness = Politeness(per_second, 4 if per_second else 16, backoff_seconds=options["backoff"])
            conduct = Conduct(actor, signers, politeness, progress.tell)
            try:
                run = carry_out(run, conduct)
            except KeyboardInterrupt:
                said = f"已停下，采集到的内容保留；继续请用 rongshu intake run --resume {run.id}。"
                raise CommandError(said, returncode=130) from None
        report = report_of(run)
        printed = json.dumps(report, ensure_ascii=False, indent=1)
        if options["report"] is not None:
            options["report"].write_text(printed + "\n")
            printed = _line(run)
        if report["refused"] and not report["stored"] and not report["duplicates"]:
            _require_first_page(run, printed, report["refused"][0])
        return printed

    def _survey(self, options: dict[str, Any]) -> str:
        return json.dumps(self._surveyed(options).as_dict(), ensure_ascii=False, indent=1)

    def _plan(self, actor: Person, options: dict[str, Any]) -> str:
        site = get_site_for(viewer_for(actor), options["site"])
        plan = propose(self._surveyed(options), site)
        options["out"].write_text(written(plan), encoding="utf-8")
        unsure = sum(1 for row in plan["columns"] if row["found_by"] != "name")
        return f"方案已写入 {options['out']}：旧栏目 {len(plan['columns'])} 个，其中 {unsure} 个请重点核对。"

    def _surveyed(self, options: dict[str, Any]) -> Survey:
        require_readable(options["source"])
        per_second = options["rate"] or None
        politeness = Politeness(per_second, at_once=4 if per_second else 16)
        with ProgressLines(self.stderr) as progress:
            return async_to_sync(_look)(options["source"], options["allow_host"], politeness, progress)


async def _look(name: str, hosts: list[str], politeness: Politeness, progress: ProgressLines) -> Survey:
    async with opened(name, hosts, politeness) as source:
        try:
            await first_page(source)
        except FetchRefused as refused:
            raise SourceRefused(
                f"来源首页没有取到：{refused.message}", fields={"source": refused.code}
            ) from None
        return await survey(
            name,
            source,
            at_once=politeness.at_once,
            progress=lambda done, _: progress.tell("摸底", done, -1),
        )


def _require_first_page(run: IntakeRun, printed: str, refusal: dict[str, str]) -> None:
    """A source whose first page is refused is a failure of the command; the report is there all the same."""
    if key_of(refusal["url"]) == key_of(run.source):
        print(printed)
        raise SourceRefused(f"来源首页没有取到：{refusal['reason']}", fields={"source": refusal["code"]})


def _run(actor: Person, options: dict[str, Any]) -> IntakeRun:
    viewer = viewer_for(actor)
    if options["resume"]:
        return _run_to_resume(viewer, options)
    if not options["source"] or not options["site"]:
        raise CommandError("请给出来源和 --site，或用 --resume 继续一个任务。", returncode=2)
    source = options["source"]
    require_readable(source)
    site = get_site_for(viewer, options["site"])
    mapping = read_mapping(options["mapping"], site) if options["mapping"] else {}
    rules = read_rules(options["mapping"]) if options["mapping"] else {}
    run = start_run(
        actor=actor,
        site=site,
        source=source,
        allowed_hosts=options["allow_host"],
        mapping=mapping,
        application=read_application(options["application"]) if options["application"] else {},
        per_second=options["rate"] or None,
    )
    plan_rules(actor=actor, run=run, rules=rules)
    return run


def _run_to_resume(viewer: Viewer, options: dict[str, Any]) -> IntakeRun:
    """The run that is gone on with; what would be given it a second time is refused, not passed over."""
    run = get_run_for(viewer, options["resume"])
    if options["source"]:
        raise CommandError("--resume 继续原来的来源，请不要再给出来源。", returncode=2)
    if options["site"] and options["site"] != run.site.slug:
        raise CommandError(f"这个任务的目标站点是 {run.site.slug}，继续时不能改换。", returncode=2)
    if options["mapping"] or options["application"]:
        raise CommandError(
            "方案和申请表在任务开始时读入；栏目对应请在管理端的任务页“栏目对应”中修改，再继续。", returncode=2
        )
    return run


def _line(run: IntakeRun) -> str:
    stored = run.articles.filter(outcome="stored").count()
    advice = "：请用 --approved-by 指定审核人后 --resume 继续" if run.phase == IntakeRun.Phase.WAITING else ""
    return f"{run.id}  {run.site.slug}  {run.get_phase_display()}  入库 {stored}  {run.source}{advice}"


def _extract(file: Path, url: str | None) -> str | None:
    try:
        article = extract_page(file.read_bytes(), url=url)
    except OSError as error:
        raise CommandError(f"无法读取文件 {file}：{error.strerror}。", returncode=2) from error
    except PageRefused as refused:
        raise CommandError(f"{refused.message}（{refused.code}）", returncode=2) from refused
    if article is None:
        print("这个页面不是文章页。", file=sys.stderr)
        sys.exit(NO_ARTICLE)
    return json.dumps(article.as_dict(), ensure_ascii=False, indent=1)
