"""scikit-learn's cohen_kappa_score over a CSV of two columns."""
import pandas
from sklearn.metrics import cohen_kappa_score

from timing import Clock, csv_file, with_codes

clock = Clock()
labels = pandas.read_csv(csv_file(), names=["a", "b"],
                         dtype="category" if with_codes() else None)
clock.lap()
a, b = labels["a"], labels["b"]
if with_codes():
    categories = a.cat.categories.union(b.cat.categories)
    a = a.cat.set_categories(categories).cat.codes
    b = b.cat.set_categories(categories).cat.codes
clock.report(cohen_kappa_score(a, b))
