{#
  Every word that BigQuery and DuckDB spell differently, and nothing else. Models call these and stay one text for
  both; a function that both spell alike (date_trunc on days, qualify, md5 through dbt.hash) is used directly.
#}

{# Instant cut to the full hour, UTC. #}
{% macro hour_of(instant) %}{{ return(adapter.dispatch('hour_of')(instant)) }}{% endmacro %}
{% macro default__hour_of(instant) %}date_trunc('hour', {{ instant }}){% endmacro %}
{% macro bigquery__hour_of(instant) %}timestamp_trunc({{ instant }}, hour){% endmacro %}

{# Milliseconds since the epoch, as a 64-bit integer. #}
{% macro epoch_millis(instant) %}{{ return(adapter.dispatch('epoch_millis')(instant)) }}{% endmacro %}
{% macro default__epoch_millis(instant) %}epoch_ms({{ instant }}){% endmacro %}
{% macro bigquery__epoch_millis(instant) %}unix_millis({{ instant }}){% endmacro %}

{# 64-bit floating point; dbt.type_float() is 32 bits wide on DuckDB. #}
{% macro type_float64() %}{{ return(adapter.dispatch('type_float64')()) }}{% endmacro %}
{% macro default__type_float64() %}double{% endmacro %}
{% macro bigquery__type_float64() %}float64{% endmacro %}

{# A table expression with one row per hour from `first` to `last`, both included; its column is `hour`. #}
{% macro hour_series(first, last) %}{{ return(adapter.dispatch('hour_series')(first, last)) }}{% endmacro %}
{% macro default__hour_series(first, last) %}
select unnest(generate_series({{ first }}, {{ last }}, interval 1 hour)) as hour
{% endmacro %}
{% macro bigquery__hour_series(first, last) %}
select hour from unnest(generate_timestamp_array({{ first }}, {{ last }}, interval 1 hour)) as hour
{% endmacro %}

{# Monday is 1, Sunday is 7, as in ISO 8601. #}
{% macro iso_day_of_week(day) %}{{ return(adapter.dispatch('iso_day_of_week')(day)) }}{% endmacro %}
{% macro default__iso_day_of_week(day) %}isodow({{ day }}){% endmacro %}
{% macro bigquery__iso_day_of_week(day) %}mod(extract(dayofweek from {{ day }}) + 5, 7) + 1{% endmacro %}

{# Monday of the ISO week that holds `day`; a plain date_trunc(week) is Sunday on BigQuery. #}
{% macro week_of(day) %}{{ return(adapter.dispatch('week_of')(day)) }}{% endmacro %}
{% macro default__week_of(day) %}cast(date_trunc('week', {{ day }}) as date){% endmacro %}
{% macro bigquery__week_of(day) %}date_trunc({{ day }}, isoweek){% endmacro %}

{# First day of the year that holds `day`. #}
{% macro new_year_of(day) %}{{ return(adapter.dispatch('new_year_of')(day)) }}{% endmacro %}
{% macro default__new_year_of(day) %}cast(date_trunc('year', {{ day }}) as date){% endmacro %}
{% macro bigquery__new_year_of(day) %}date_trunc({{ day }}, year){% endmacro %}

{# First day of the month that holds `day`. #}
{% macro month_of(day) %}{{ return(adapter.dispatch('month_of')(day)) }}{% endmacro %}
{% macro default__month_of(day) %}cast(date_trunc('month', {{ day }}) as date){% endmacro %}
{% macro bigquery__month_of(day) %}date_trunc({{ day }}, month){% endmacro %}

{# Sum of a 64-bit integer column as a 64-bit integer; DuckDB's own is 128 bits wide. #}
{% macro total(column) %}{{ return(adapter.dispatch('total')(column)) }}{% endmacro %}
{% macro default__total(column) %}cast(sum({{ column }}) as bigint){% endmacro %}
{% macro bigquery__total(column) %}sum({{ column }}){% endmacro %}

{# Now, UTC, in the warehouse's type of event times. #}
{% macro utc_now() %}{{ return(adapter.dispatch('utc_now')()) }}{% endmacro %}
{% macro default__utc_now() %}cast(now() at time zone 'UTC' as timestamp){% endmacro %}
{% macro bigquery__utc_now() %}current_timestamp(){% endmacro %}

{# The date `count` days after `day`; dbt.dateadd gives an instant. #}
{% macro days_after(day, count) %}{{ return(adapter.dispatch('days_after')(day, count)) }}{% endmacro %}
{% macro default__days_after(day, count) %}({{ day }} + cast({{ count }} as integer)){% endmacro %}
{% macro bigquery__days_after(day, count) %}date_add({{ day }}, interval {{ count }} day){% endmacro %}

{# Whole days from `first` to `last`, both dates. #}
{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between')(first, last)) }}{% endmacro %}
{% macro default__days_between(first, last) %}({{ last }} - {{ first }}){% endmacro %}
{% macro bigquery__days_between(first, last) %}date_diff({{ last }}, {{ first }}, day){% endmacro %}

{# Running total of a 64-bit integer in the order of a column, as a 64-bit integer; one for each `of` where given. #}
{% macro running_total(expression, order, of=none) -%}
  cast(sum({{ expression }}) over (
    {{- 'partition by ' ~ of ~ ' ' if of }}order by {{ order }} rows between unbounded preceding and current row)
    as {{ dbt.type_bigint() }})
{%- endmacro %}

{# In an aggregation, `value` of the row with the least `order`. #}
{% macro value_at_first(value, order) %}{{ return(adapter.dispatch('value_at_first')(value, order)) }}{% endmacro %}
{% macro default__value_at_first(value, order) %}min_by({{ value }}, {{ order }}){% endmacro %}
{% macro bigquery__value_at_first(value, order) %}any_value({{ value }} having min {{ order }}){% endmacro %}
