"""``langnghe worker``: annotate, index and do what is scheduled beside other machines, by tasks from Redis."""

from typing import Annotated

import typer

from langnghe.errors import Unavailable


def worker(
    processes: Annotated[int, typer.Option(min=1, help="Tasks done at the same time.")] = 1,
    beat: Annotated[bool, typer.Option("--beat/--no-beat", help="Also send the regular tasks; at least one worker has to.")] = True,
    name: Annotated[str, typer.Option(help="Name beside the machine's, where it runs several workers.")] = "worker",
) -> None:
    """Do tasks until stopped by Ctrl-C or SIGTERM; what was begun is finished first."""
    try:
        from langnghe.cli.tasks import app, installation
    except ImportError as error:
        raise Unavailable(f"workers need {error.name}", "Install it with: pip install 'langnghe[workers]'.") from None
    from kombu.exceptions import OperationalError

    from langnghe.logs import configure_logging

    celery = app()
    settings = installation().settings
    configure_logging(settings.log)
    try:
        celery.connection().ensure_connection(max_retries=1)
    except OperationalError as error:
        raise Unavailable(f"the broker does not answer: {error}", "Start Redis, or correct workers.broker.") from None
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    regular = ["--beat", "--schedule", str(settings.data_dir / f"beat-{name}")] if beat else []
    celery.worker_main(
        [
            "worker",
            "--concurrency",
            str(processes),
            "--hostname",
            f"{name}@%h",
            "--loglevel",
            settings.log.level,
            "--without-gossip",
            "--without-mingle",
            *regular,
        ]
    )
