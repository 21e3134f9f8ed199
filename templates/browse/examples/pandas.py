# Which delegations are quoted most, among the members of BRICS?
import pandas as pd

quotes = pd.read_csv("http://127.0.0.1:8000/statements.csv?bloc=brics&kind=quote")
print(quotes["delegation_name"].value_counts().head(3))
