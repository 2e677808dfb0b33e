"""One worker of the storm: random writes in its own process, concurrently with all others.

``python -m tests.faults.storm SEED OPERATIONS DISCUSSION…`` prints one JSON line: the keys of the
acknowledged comments, how often each action was done or refused, and every error that a user would
have seen.
"""

import json
import random
import sys
import uuid
from collections import Counter
from typing import Any

import django


def main(seed: int, operations: int, discussion_ids: list[int]) -> None:
    django.setup()
    from django.contrib.auth.models import User

    from commentary import discussions
    from commentary.discussions import tree
    from commentary.models import Comment, Discussion
    from commentary.models.comment import UnsafeStructure

    dice = random.Random(seed)
    acknowledged: list[int] = []
    done: Counter[str] = Counter()
    errors: list[str] = []
    stale: list[Comment] = []  # loaded long ago, saved later

    def any_comment(discussion: int) -> Comment | None:
        found = Comment.objects.filter(discussion_id=discussion).order_by("pk")
        count = found.count()
        return found[dice.randrange(count)] if count else None

    editor = User.objects.get()

    def add(discussion: int, parent: Comment | None) -> None:
        sender = discussions.Sender(writer=str(seed), editor=editor)
        key = uuid.uuid4().hex
        made = discussions.submit(discussion, parent and parent.pk, "Words", sender, key)
        acknowledged.append(made.pk)
        stale.append(made)

    def root(discussion: int) -> None:
        add(discussion, None)

    def reply(discussion: int) -> None:
        add(discussion, any_comment(discussion))

    def reply_to_stale(discussion: int) -> None:
        parent = dice.choice(stale) if stale else None
        add(parent.discussion_id if parent else discussion, parent)

    def move(discussion: int) -> None:
        comment, target = any_comment(discussion), any_comment(discussion)
        if comment and target:
            tree.move(discussion, comment.pk, dice.choice([target.pk, None]))

    def stale_save(discussion: int) -> None:
        if stale:
            comment = dice.choice(stale)
            comment.body = f"edited by {seed}"
            comment.parent_id = None
            comment.save()

    def double_delete(discussion: int) -> None:
        if comment := any_comment(discussion):
            for _ in range(2):
                try:
                    comment.delete()
                except UnsafeStructure:
                    continue
                errors.append("a comment was deleted")

    def decide(discussion: int) -> None:
        if comment := any_comment(discussion):
            verb = dice.choice(list(discussions.DECISIONS))
            getattr(discussions, verb)(comment, by="storm")

    def close(discussion: int) -> None:
        place = any_comment(discussion) or Discussion.objects.get(pk=discussion)
        act: Any = dice.choice([discussions.close, discussions.reopen])
        act(place, by="storm")

    def import_comments(discussion: int) -> None:
        parents: list[int | Comment | None] = [any_comment(discussion), 0, 1, 0, None, 4]
        made = discussions.import_comments(
            discussion, [Comment(body="grafted") for _ in parents], parents
        )
        acknowledged.extend(c.pk for c in made)

    acts = [root, reply, reply, reply, reply_to_stale, move, stale_save]
    acts += [double_delete, decide, close, import_comments]
    for _ in range(operations):
        act = dice.choice(acts)
        try:
            act(dice.choice(discussion_ids))
            done[act.__name__] += 1
        except (tree.TooDeep, tree.BadMove, discussions.Refusal) as refusal:
            done[f"{act.__name__}: {type(refusal).__name__}"] += 1
        except Exception as error:  # noqa: BLE001 - every error is a finding
            errors.append(f"{act.__name__}: {type(error).__name__}: {error}")
    sys.stdout.write(json.dumps({"acknowledged": acknowledged, "done": done, "errors": errors}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), [int(pk) for pk in sys.argv[3:]])
