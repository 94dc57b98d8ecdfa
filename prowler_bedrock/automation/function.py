"""The Lambda function: a queue's batch of Security Hub events, or a direct request.

Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html (partial
batch responses).
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from prowler_bedrock.account.connection import open_session
from prowler_bedrock.automation.refusal import LeftAloneError, RefusedError
from prowler_bedrock.automation.settings import settings_from_environment
from prowler_bedrock.automation.task import (
    NotAnEventError,
    Task,
    task_of_request,
    tasks_of_event,
)
from prowler_bedrock.automation.work import Automation, Result
from prowler_bedrock.errors import cause_of
from prowler_bedrock.functions.log import log


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Answer one invocation; whatever goes wrong is in the answer and in the log.

    Args:
        event: a batch of SQS messages, each with an event of Security Hub, or a request as
            `task_of_request` takes it.
        context: Lambda's context.

    Returns:
        For a batch, ``batchItemFailures`` with the ids of the messages to deliver again. For a
        request, ``Result`` and ``Message``.
    """
    records = event.get("Records") if isinstance(event, dict) else None
    if isinstance(records, list) and all(isinstance(one, dict) for one in records):
        return {"batchItemFailures": [{"itemIdentifier": one} for one in _batch(records, context)]}
    try:
        task = task_of_request(event, context.aws_request_id)
        (result,) = _run([task], context, {})
    except RefusedError as error:
        task, result = None, Result(decision="refused", message=f"{error} Nothing was changed.")
    except Exception as error:
        task, result = None, Result(decision="failed", message=cause_of(error))
    _log(task, result, context.aws_request_id)
    return {"Result": result.decision, "Message": result.message}


def _batch(records: list[dict[str, Any]], context: Any) -> list[str]:
    account = context.invoked_function_arn.split(":")[4]
    tasks: list[tuple[str, Task]] = []
    again: set[str] = set()
    attempts: dict[str, int] = {}
    for record in records:
        message = str(record.get("messageId"))
        try:
            found = tasks_of_event(_event(record), account)
        except (LeftAloneError, RefusedError) as reason:
            decision = reason.decision if isinstance(reason, LeftAloneError) else "refused"
            log("INFO", str(reason), decision=decision, delivery=message)
            continue
        except NotAnEventError as error:
            text = f"The message is no event of EventBridge: {error}"
            log("ERROR", text, decision="failed", delivery=message)
            again.add(message)
            continue
        for task in found:
            tasks.append((message, task))
            attempts[task.task_id] = _receive_count(record)
    if tasks:
        try:
            results = _run([task for _, task in tasks], context, attempts)
        except Exception as error:
            results = [Result(decision="failed", message=cause_of(error))] * len(tasks)
        for (message, task), result in zip(tasks, results, strict=True):
            _log(task, result, message)
            if result.retry:
                again.add(message)
    return sorted(again)


def _event(record: dict[str, Any]) -> object:
    try:
        return json.loads(record["body"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NotAnEventError("it holds no JSON") from error


def _receive_count(record: dict[str, Any]) -> int:
    try:
        return int(record["attributes"]["ApproximateReceiveCount"])
    except (LookupError, TypeError, ValueError):
        return 0


@cache
def _automation(function_arn: str) -> Automation:
    # One for all invocations of an environment: Lambda's settings do not change within it.
    _, partition, _, _, account, *_ = function_arn.split(":")
    return Automation(open_session(), settings_from_environment(os.environ), account, partition)


def _run(tasks: list[Task], context: Any, attempts: dict[str, int]) -> list[Result]:
    seconds = context.get_remaining_time_in_millis() / 1000
    return _automation(context.invoked_function_arn).run(tasks, seconds, attempts)


def _log(task: Task | None, result: Result, delivery: str) -> None:
    finding = task.finding.id if task and task.finding else None
    log(
        "ERROR" if result.retry else "INFO",
        result.message,
        decision=result.decision,
        account=task.account if task else None,
        region=task.region if task else None,
        check=task.check_id if task else None,
        action=task.action if task else None,
        finding=finding,
        delivery=delivery,
    )
