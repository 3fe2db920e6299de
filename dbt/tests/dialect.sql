-- Each macro of macros/dialect.sql on values with known results: the same on every warehouse.
with expectations as (
  {% set instant = "timestamp '2028-02-29 23:59:59'" %}
  {% set sunday = "date '2027-01-03'" %}
  {% set text = dbt.type_string() %}
  {% for name, actual, expected in [
    ('hour_of', hour_of(instant), "timestamp '2028-02-29 23:00:00'"),
    ('week_of Sunday', week_of(sunday), "date '2026-12-28'"),
    ('week_of Monday', week_of("date '2027-01-04'"), "date '2027-01-04'"),
    ('month_of', month_of("date '2028-02-29'"), "date '2028-02-01'"),
    ('new_year_of', new_year_of("date '2028-12-31'"), "date '2028-01-01'"),
    ('days_after leap day', days_after("date '2028-02-28'", 2), "date '2028-03-01'"),
    ('days_after backwards', days_after("date '2027-01-01'", -1), "date '2026-12-31'"),
  ] %}
    select
      '{{ name }}' as name,
      cast({{ actual }} as {{ text }}) as actual,
      cast({{ expected }} as {{ text }}) as expected
    union all
  {% endfor %}
  {% for name, actual, expected in [
    ('epoch_millis', epoch_millis(instant), 1835481599000),
    ('iso_day_of_week Sunday', iso_day_of_week(sunday), 7),
    ('iso_day_of_week Monday', iso_day_of_week("date '2027-01-04'"), 1),
    ('days_between over a leap day', days_between("date '2028-02-28'", "date '2028-03-01'"), 2),
    ('days_between backwards', days_between("date '2027-01-01'", "date '2026-12-31'"), -1),
  ] %}
    select
      '{{ name }}' as name,
      cast({{ actual }} as {{ text }}) as actual,
      '{{ expected }}' as expected
    union all
  {% endfor %}
  select
    'total, running_total and value_at_first' as name,
    {{ dbt.concat([
      "cast(max(running) as " ~ text ~ ")",
      "' '",
      "cast(" ~ total('amount') ~ " as " ~ text ~ ")",
      "' '",
      value_at_first('label', 'amount')
    ]) }} as actual,
    '6000000000 6000000000 small' as expected
  from (
    select
      label,
      amount,
      {{ running_total('amount', 'amount') }} as running
    from (
      select
        'small' as label,
        2000000000 as amount
      union all
      select
        'great' as label,
        4000000000 as amount
    ) as amounts
  ) as running_amounts
  union all
  select
    'hour_series' as name,
    cast(count(*) as {{ text }}) as actual,
    '25' as expected
  from ({{ hour_series("timestamp '2028-02-29 00:00:00'", "timestamp '2028-03-01 00:00:00'") }}) as hours
  union all
  select
    'type_float64 holds 53 bits' as name,
    cast(cast(cast(9007199254740991 as {{ type_float64() }}) as {{ dbt.type_bigint() }}) as {{ text }}) as actual,
    '9007199254740991' as expected
  union all
  select
    'utc_now is an instant of this century' as name,
    cast({{ utc_now() }} between timestamp '2026-01-01 00:00:00' and timestamp '2100-01-01 00:00:00' as {{ text }})
      as actual,
    'true' as expected
  union all
  select
    'surrogate_key tells null from empty' as name,
    {{ surrogate_key(["cast(null as " ~ text ~ ")", "'a|b'"]) }} as actual,
    {{ dbt.hash("'~null~|a|b'") }} as expected
)

select
  name,
  actual,
  expected
from expectations
where actual is distinct from expected
