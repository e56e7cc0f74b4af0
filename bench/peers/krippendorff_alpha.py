"""nltk's alpha over a CSV of annotator, item, label."""
import csv

from nltk.metrics.agreement import AnnotationTask

from timing import Clock, csv_file

clock = Clock()
with open(csv_file(), newline="", encoding="utf-8") as source:
    labels = [tuple(row) for row in csv.reader(source)]
clock.lap()
clock.report(AnnotationTask(data=labels).alpha())
