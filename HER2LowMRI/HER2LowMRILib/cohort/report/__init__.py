"""One self-contained HTML file with the tables and figures of a study.

figures   matplotlib drawings as SVG text: groups by shape and hatch, not by colour alone
tables    data frames as HTML tables, p as people print it
methods   the methods paragraph, made from what was really done
page      the page: order, headings, style
"""
