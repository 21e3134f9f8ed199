# Who held most bilateral meetings?
import csv
import io
import urllib.request

import networkx as nx

with urllib.request.urlopen("http://127.0.0.1:8000/events/moscow-2025/network.csv") as response:
    met = list(csv.DictReader(io.TextIOWrapper(response, "utf-8", newline="")))
graph = nx.MultiGraph()
graph.add_edges_from((m["source_name"], m["target_name"]) for m in met if m["status"] == "held")
print(sorted(graph.degree, key=lambda node: (-node[1], node[0]))[:3])
