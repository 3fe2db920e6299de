"""Google's rules in front of an emulator of BigQuery.

The emulator knows SQL and jobs and takes everything. What Google would refuse is refused here, before the emulator sees it:
a proxy on loopback, which the programs take for BigQuery. Each rule names the page it comes from; what Google applies and
nothing here does is listed in docs/deploy.md.

    statements   a script as statements, with what each reads and changes
    pruning      which conditions say with literals what partitions are read
    tables       how each table was declared, and its rows, asked anew after each change
    billing      bytes that a statement is billed for
    loads        what a load job may say, and what its files may hold
    limits       what is counted by day and at the same time
    spellings    what this emulator cannot read, said otherwise
    server       the API: takes requests, asks the rules, hands on or refuses
"""
