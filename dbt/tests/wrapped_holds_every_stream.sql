-- Every stream of a known listener on a day that is over counts in a year, and none twice.
with years as (
  select sum(streams) as streams
  from {{ ref('wrapped_user_year') }}
),

facts as (
  select count(*) as streams
  from {{ ref('fct_streams') }}
  where user_id is not null and {{ is_over('day') }}
)

select
  years.streams as streams_in_years,
  facts.streams
from years
cross join facts
where coalesce(years.streams, 0) <> facts.streams
