"""One self-contained HTML file with the tables and figures of a study.

page      which section stands where; a file for each section: glance, flow, cautions, group_comparisons,
          qualitative_models, performance, reader_agreement, methods, readers_and_sites, checklists, provenance
tables    HTML tables, numbers and p as a journal prints them
figures   matplotlib drawings as SVG text: groups by shape, not by colour alone
names     words for pairs, models and terms
"""
