"""Scores of retrieval benchmarks as their programs define them, on names: what `fit retrieve` is compared
with. None of this is shared with it."""


def buildings(ranked, good, ok, junk):
    """compute_ap.cpp of Oxford5k and Paris6k, in double precision. None where it divides by zero."""
    positives, ambiguous = set(good) | set(ok), set(junk)
    if not positives:
        return None
    old_recall, old_precision, area, found, place = 0.0, 1.0, 0.0, 0, 0
    for name in ranked:
        if name in ambiguous:
            continue
        if name in positives:
            found += 1
        recall = found / len(positives)
        precision = found / (place + 1.0)
        area += (recall - old_recall) * (old_precision + precision) / 2.0
        old_recall, old_precision = recall, precision
        place += 1
    return area


def holidays(ranked, query, answers):
    """holidays_map.py: ranks of true positives once the query is gone, and trapezoids of one width."""
    if not answers:
        return None
    shift, ranks = 0, []
    for rank, name in enumerate(ranked):
        if name == query:
            shift = -1
        elif name in answers:
            ranks.append(rank + shift)
    area, width = 0.0, 1.0 / len(answers)
    for found, rank in enumerate(ranks):
        left = 1.0 if rank == 0 else found / rank
        right = (found + 1) / (rank + 1)
        area += (left + right) * width / 2.0
    return area


def ukbench(ranked, objects):
    """A quarter of UKBench's score: the share of the object's four images in the first four."""
    return len(set(ranked[:4]) & set(objects)) / 4.0


def score(protocol, ranked, query):
    """The score of a query of a cache's ground truth, for image names in the order of their distance."""
    good, ok, junk = (query.get(kind, []) for kind in ("good", "ok", "junk"))
    if protocol == "buildings":
        return buildings(ranked, good, ok, junk)
    if protocol == "holidays":
        return holidays(ranked, query["image"], good)
    return ukbench(ranked, good)
