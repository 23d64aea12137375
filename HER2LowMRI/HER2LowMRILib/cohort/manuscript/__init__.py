"""What an author submits: tables in journal style as a Word file, figures with their legends.

journal_style   p values, decimals and dashes as AMA journals and The Lancet print them
journal_table   one table as rows of plain cells with marks and footnotes
group_tables    Tables 1 and 2, S2 to S4: each variable by group
model_tables    Table 3: odds ratios; Table 4: diagnostic performance
reader_table    Table S5: agreement of the readers
submission      which tables and figures there are
word_file       the Word file
"""
