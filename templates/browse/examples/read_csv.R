# How many meetings of each kind and status are on record?
meetings <- read.csv("http://127.0.0.1:8000/meetings.csv", encoding = "UTF-8", na.strings = "")
print(table(meetings$kind, meetings$status))
