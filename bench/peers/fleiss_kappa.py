"""statsmodels' fleiss_kappa over a CSV of item, label; four labels an item."""
import pandas
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from timing import Clock, csv_file, with_codes

clock = Clock()
labels = pandas.read_csv(csv_file(), names=["item", "label"],
                         dtype={"label": "category"} if with_codes() else None)
clock.lap()
if with_codes():
    labels["label"] = labels["label"].cat.codes
rated = labels.sort_values("item")["label"].to_numpy().reshape(-1, 4)
table, _ = aggregate_raters(rated)
clock.report(fleiss_kappa(table))
