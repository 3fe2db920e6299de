{#
  Models with `incremental_strategy: changed_days` hold one partition per day and rebuild only the days that changed.

  What changed is read from the warehouse. The newest row of a model and day in core.built_days has `source_stamp`, the
  newest stamp among the model's parents when the day was built, and `stamp`, its own, which its children compare in
  turn. Models that are built at once only add rows: BigQuery fails statements that change one table at the same time.
  The root of it all is staging's loaded_days, whose stamp is the time of the day's last load. A day is built again when
  its parents' newest stamp is not the one noted. So a build that failed half-way, ran on part of the models, or rebuilt
  one of them in full leaves the rest of the work to the next build, which finds it by itself.
#}

{% macro built_days() %}{{ return(api.Relation.create(
  database=target.database, schema=generate_schema_name('core', none), identifier='built_days')) }}{% endmacro %}

{#
  The newest stamps of each model and day; `model_name` narrows them down to one. On DuckDB a model that is made anew forgets
  its days and notes them in one transaction, at one and the same time: the note counts.
#}
{% macro newest_built_days(model_name=none) -%}
select *
from {{ built_days() }}
where {{ "model = '" ~ model_name ~ "'" if model_name else '1 = 1' }}
qualify row_number() over (
  partition by model, day order by stamp desc, case when source_stamp is null then 1 else 0 end
) = 1
{%- endmacro %}

{# The table of stamps; made by on-run-start, with its schema where a build of a few models would not make it. #}
{% macro create_built_days() %}
{%- if execute and not adapter.check_schema_exists(target.database, built_days().schema) -%}
  {%- do adapter.create_schema(built_days()) -%}
{%- endif -%}
create table if not exists {{ built_days() }} (
  model {{ dbt.type_string() }},
  day date,
  source_stamp timestamp,
  stamp timestamp,
  run {{ dbt.type_string() }}
)
{% endmacro %}

{# Drops the stamps that newer ones have replaced; by on-run-start, when no model is being built. #}
{% macro compact_built_days() %}
create or replace table {{ built_days() }} as {{ newest_built_days() }}
{% endmacro %}

{# Whether the model being built keeps its days' stamps. #}
{% macro is_by_day(node) %}{{ return(node.config.get('meta', {}).get('by_day', false)) }}{% endmacro %}

{#
  A query for `day` and `stamp` of the model's parents, the newest for each day. A yearly model knows only the days that
  are over, so that it is built once a day and not with every hour.
#}
{% macro parents_stamps() %}
{%- set parents = [] -%}
{%- for id in model.depends_on.nodes if id.startswith('model.') and is_by_day(graph.nodes[id]) -%}
  {%- do parents.append(graph.nodes[id].name) -%}
{%- endfor -%}
select day, max(stamp) as stamp from (
  {%- if parents %}
  select day, stamp from {{ built_days() }} where model in ('{{ parents | join("', '") }}')
  {%- else %}
  select day, stamp from {{ ref('loaded_days') }}
  {%- endif %}
) as parents
{%- if execute and config.get('meta', {}).get('yearly') %} where {{ is_over('day') }}{% endif %} group by day
{% endmacro %}

{# Whether a day is over: a later one has been loaded. #}
{% macro is_over(column) -%}
  {{ column }} < (select max(day) from {{ ref('loaded_days') }})
{%- endmacro %}

{# Whether this build makes the whole table anew: it is not there, or a full refresh was asked for. #}
{% macro builds_all_days() %}
  {%- if not execute or model.resource_type != 'model' -%}{{ return(true) }}{%- endif -%}
  {{ return(not is_incremental()) }}
{% endmacro %}

{# A query for the days that are not built as the model's parents are now, with the parents' stamp. #}
{% macro unbuilt_days() %}
select parents.day, parents.stamp
from ({{ parents_stamps() }}) as parents
left join ({{ newest_built_days(model.name) }}) as built on parents.day = built.day
where built.source_stamp is null or built.source_stamp <> parents.stamp
{% endmacro %}

{# The days to rebuild, as texts, in order. `var('changed_days')` stands in for the warehouse where there is none. #}
{% macro changed_days() %}
  {%- if var('changed_days', none) is not none -%}{{ return(var('changed_days')) }}{%- endif -%}
  {%- set query -%}
    select cast(day as {{ dbt.type_string() }}) as day
    from ({{ unbuilt_days() }}) as unbuilt
    order by 1
  {%- endset -%}
  {%- set days = run_query(query).columns[0].values() | list -%}
  {%- set raw_table = config.get('meta', {}).get('raw_table') -%}
  {{ return(days_still_in_raw(raw_table, days) if raw_table and days else days) }}
{% endmacro %}

{#
  Of `days` those of which the raw table has all rows that were loaded. Raw partitions expire; a late event brings back
  its hour of such a day and not the others, and the day must not be replaced by what is left of it.
#}
{% macro days_still_in_raw(raw_table, days) %}
  {%- set load_audit = source('raw', raw_table).incorporate(path={'identifier': 'load_audit'}) -%}
  {%- set query -%}
    with loaded as (
      select
        cast(hour as date) as day,
        {{ adapter.quote('rows') }} as loaded_rows,
        row_number() over (partition by hour order by loadedAt desc) as recency
      from {{ load_audit }}
      where topic = '{{ raw_table }}' and {{ day_among('cast(hour as date)', days) }}
    ),

    kept as (
      select
        cast(ts as date) as day,
        count(*) as kept_rows
      from {{ source('raw', raw_table) }}
      where {{ at_days('ts', days) }}
      group by cast(ts as date)
    )

    select cast(loaded.day as {{ dbt.type_string() }}) as day
    from loaded
    left join kept on loaded.day = kept.day
    where loaded.recency = 1
    group by loaded.day
    having sum(loaded.loaded_rows) > max(coalesce(kept.kept_rows, 0))
  {%- endset -%}
  {%- set expired = run_query(query).columns[0].values() | list -%}
  {%- for day in expired -%}
    {%- do exceptions.warn(model.name ~ ' keeps ' ~ day ~ ' as it is: ' ~ raw_table ~ ' no longer has all that was loaded of that day') -%}
  {%- endfor -%}
  {{ return(days | reject('in', expired) | list) }}
{% endmacro %}

{# `days` and those up to `before` earlier and `after` later, each once, in order. #}
{% macro with_neighbours(days, before, after) %}
  {%- set wider = [] -%}
  {%- for day in days -%}
    {%- for offset in range(-before, after + 1) -%}
      {%- set date = (modules.datetime.date.fromisoformat(day) + modules.datetime.timedelta(days=offset)) | string -%}
      {%- if date not in wider -%}{%- do wider.append(date) -%}{%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(wider | sort) }}
{% endmacro %}

{#
  Conditions that hold on every day and on none. They compare the column with a literal and are no `1 = 1`: BigQuery refuses
  a query of a table with `require_partition_filter` unless a literal says which partitions it reads, all of them or none
  (https://cloud.google.com/bigquery/docs/querying-partitioned-tables). Both engines' first day is that of the year 1.
#}
{% macro every_day(column) %}{{ return(column ~ " >= date '0001-01-01'") }}{% endmacro %}
{% macro no_day(column) %}{{ return(column ~ " < date '0001-01-01'") }}{% endmacro %}

{# The same over an instant. #}
{% macro every_instant(column) %}{{ return(column ~ " >= timestamp '0001-01-01 00:00:00'") }}{% endmacro %}
{% macro no_instant(column) %}{{ return(column ~ " < timestamp '0001-01-01 00:00:00'") }}{% endmacro %}

{# A condition that holds for `column` (a date) on these days. #}
{% macro day_among(column, days) -%}
  {%- if days -%}
    {{ column }} in (date '{{ days | join("', date '") }}')
  {%- else -%}
    {{ no_day(column) }}
  {%- endif -%}
{%- endmacro %}

{#
  The condition by which a model reads only what it needs for the days it rebuilds; of every day when it builds all.
  `reach` days on both sides are read as well, for rows that depend on their neighbours' days.
#}
{% macro on_changed_days(column='day', reach=0) -%}
  {%- if builds_all_days() -%}
    {{ every_day(column) }}
  {%- else -%}
    {{ day_among(column, with_neighbours(changed_days(), reach, reach)) }}
  {%- endif -%}
{%- endmacro %}

{# A condition that holds for `instant` on these days, as ranges, so that BigQuery reads only their partitions. #}
{% macro at_days(instant, days) -%}
  (
  {%- for day in days %}
  {%- set next = (modules.datetime.date.fromisoformat(day) + modules.datetime.timedelta(days=1)) | string %}
  {%- if not loop.first %} or {% endif -%}
  ({{ instant }} >= timestamp '{{ day }} 00:00:00' and {{ instant }} < timestamp '{{ next }} 00:00:00')
  {%- else %}
  {{ no_instant(instant) }}
  {%- endfor -%}
  )
{%- endmacro %}

{# The condition of on_changed_days over an instant. #}
{% macro at_changed_days(instant) -%}
  {%- do ref('loaded_days') -%}
  {%- if builds_all_days() -%}
    {{ every_instant(instant) }}
  {%- else -%}
    {{ at_days(instant, changed_days()) }}
  {%- endif -%}
{%- endmacro %}

{# The Mondays of the weeks of `days`, each once, in order. #}
{% macro mondays_of(days) %}
  {%- set mondays = [] -%}
  {%- for day in days -%}
    {%- set date = modules.datetime.date.fromisoformat(day) -%}
    {%- set monday = (date - modules.datetime.timedelta(days=date.weekday())) | string -%}
    {%- if monday not in mondays -%}{%- do mondays.append(monday) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(mondays | sort) }}
{% endmacro %}

{# All days of the weeks of `days`, in order. #}
{% macro whole_weeks_of(days) %}{{ return(with_neighbours(mondays_of(days), 0, 6)) }}{% endmacro %}

{# The condition by which a model by week reads the whole weeks of the changed days. #}
{% macro in_changed_weeks(column='day') -%}
  {%- if builds_all_days() -%}
    {{ every_day(column) }}
  {%- else -%}
    {{ day_among(column, whole_weeks_of(changed_days())) }}
  {%- endif -%}
{%- endmacro %}

{# The first days of the years of `days`, each once, in order. #}
{% macro new_years_of(days) %}
  {%- set firsts = [] -%}
  {%- for day in days -%}
    {%- set first = day[:4] ~ '-01-01' -%}
    {%- if first not in firsts -%}{%- do firsts.append(first) -%}{%- endif -%}
  {%- endfor -%}
  {{ return(firsts | sort) }}
{% endmacro %}

{# A condition that holds for `column` (a date) in the whole years of `days`. #}
{% macro in_years(column, days) -%}
  (
  {%- for first in new_years_of(days) -%}
    {%- if not loop.first %} or {% endif -%}
    {{ column }} between date '{{ first }}' and date '{{ first[:4] }}-12-31'
  {%- else -%}
    {{ no_day(column) }}
  {%- endfor -%}
  )
{%- endmacro %}

{# The condition by which a yearly model reads the whole years of the changed days, as far as they are over. #}
{% macro in_changed_years(column='day') -%}
  {{ is_over(column) }} and {{ every_day(column) if builds_all_days() else in_years(column, changed_days()) }}
{%- endmacro %}

{#
  The day from which on a running model is built anew: the one after the newest day that was built before the changed
  ones, since days without events, which are in no parent, may lie between. None where nothing changed.
#}
{% macro first_running_day() %}
  {%- set days = changed_days() -%}
  {%- if not days -%}{{ return(none) }}{%- endif -%}
  {%- if var('changed_days', none) is not none -%}{{ return(days[0]) }}{%- endif -%}
  {%- set query -%}
    select cast({{ days_after('max(day)', 1) }} as {{ dbt.type_string() }}) as day
    from {{ built_days() }}
    where model = '{{ model.name }}' and day < date '{{ days[0] }}'
  {%- endset -%}
  {{ return(run_query(query).columns[0].values()[0] or days[0]) }}
{% endmacro %}

{#
  The condition that holds for the rows a build replaces: those of the changed days and, for `reach`, those that depend on
  them. A model by week keeps its rows on Mondays, one by year on the first of January, and in a running one all later
  days follow from a changed one.
#}
{% macro is_replaced(column='day') -%}
  {%- set meta = config.get('meta', {}) -%}
  {%- if meta.get('running') -%}
    {%- set first = first_running_day() -%}
    {{ column ~ " >= date '" ~ first ~ "'" if first else no_day(column) }}
  {%- else -%}
    {%- set days = with_neighbours(changed_days(), meta.get('reach', 0), 0) -%}
    {{ day_among(column, new_years_of(days) if meta.get('yearly') else mondays_of(days) if meta.get('weekly') else days) }}
  {%- endif -%}
{%- endmacro %}

{# The condition that keeps to those rows; of every day when the build makes all. #}
{% macro on_replaced_days() -%}
  {%- if builds_all_days() -%}
    {{ every_day('day') }}
  {%- else -%}
    {{ is_replaced() }}
  {%- endif -%}
{%- endmacro %}

{#
  DuckDB: what comes into the place of the changed days is read from a view, not from a table made for it, so that each
  row is written once. dbt makes it, under the name that the strategy below reads.
#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) %}
  {%- if temporary and config.get('incremental_strategy') == 'changed_days' -%}
    {{ get_assert_columns_equivalent(compiled_code) }}
    create or replace temporary view {{ relation.include(database=false, schema=false) }} as (
      {{ compiled_code }}
    )
  {%- else -%}
    {{ dbt.duckdb__create_table_as(temporary, relation, compiled_code, language, partitioned_by, sorted_by) }}
  {%- endif -%}
{% endmacro %}

{# DuckDB: the strategy by its name. One transaction with the note of what was built. #}
{% macro get_incremental_changed_days_sql(arguments) %}
  {%- set columns = get_quoted_csv(arguments['dest_columns'] | map(attribute='name')) -%}
  delete from {{ arguments['target_relation'] }} where {{ is_replaced() }};
  insert into {{ arguments['target_relation'] }} ({{ columns }})
  select {{ columns }} from {{ arguments['temp_relation'] }}
{% endmacro %}

{# BigQuery knows no strategies by other names: `insert_overwrite` of given partitions, with ours in their place. #}
{% macro bigquery__get_insert_overwrite_merge_sql(target, source, dest_columns, predicates, include_sql_header) %}
  {%- set ours = [is_replaced('DBT_INTERNAL_DEST.day')] -%}
  {{ return(default__get_insert_overwrite_merge_sql(target, source, dest_columns, ours, include_sql_header)) }}
{% endmacro %}

{#
  Configuration of a model by day. `cluster_by` is BigQuery's; `reach` counts the days back to which a changed one
  reaches; `weekly` models keep a week's rows on its Monday, `yearly` ones a year's on its first day; the rows of a
  `running` one follow from all days before; `raw_table` is what a model reads whose days are gone once that table has
  lost them.
#}
{% macro by_day(cluster_by=none, reach=0, weekly=false, yearly=false, running=false, raw_table=none) %}
  {%- set configuration = {'materialized': 'incremental', 'on_schema_change': 'append_new_columns', 'meta': {'by_day': true, 'reach': reach, 'weekly': weekly, 'yearly': yearly, 'running': running, 'raw_table': raw_table},
      'pre_hook': "{{ forget_built_days() }}", 'post_hook': "{{ note_built_days() }}"} -%}
  {%- if target.type == 'bigquery' -%}
    {%- do configuration.update({'incremental_strategy': 'insert_overwrite', 'partitions': ['changed_days'],
        'partition_by': {'field': 'day', 'data_type': 'date', 'granularity': 'day'}}) -%}
    {%- if cluster_by %}{% do configuration.update({'cluster_by': cluster_by}) %}{% endif -%}
  {%- else -%}
    {%- do configuration.update({'incremental_strategy': 'changed_days'}) -%}
  {%- endif -%}
  {{ return(configuration) }}
{% endmacro %}

{# Before the table is made anew none of its days counts as built, so that its children see them as new. #}
{% macro forget_built_days() %}
{%- if builds_all_days() -%}
insert into {{ built_days() }} (model, day, source_stamp, stamp, run)
select distinct model, day, cast(null as timestamp), {{ utc_now() }}, '{{ invocation_id }}'
from {{ built_days() }}
where model = '{{ model.name }}'
{%- endif -%}
{% endmacro %}

{# After the build every day is as its parents are: note it for those where it was not before. #}
{% macro note_built_days() %}
insert into {{ built_days() }} (model, day, source_stamp, stamp, run)
select '{{ model.name }}', day, stamp, {{ utc_now() }}, '{{ invocation_id }}'
from ({{ unbuilt_days() }}) as unbuilt
{% endmacro %}
