-- The listener's last day, found by a sum and a join: they cost a fraction of sorting every listener's days.
with spans as (
  select
    user_id,
    max(day) as last_day,
    min(first_seen_at) as first_seen_at
  from {{ ref('int_user_days') }}
  group by user_id
),

users as (
  select
    spans.user_id,
    days.first_name,
    days.last_name,
    days.gender,
    days.registered_at,
    days.level,
    days.location_key,
    days.device_key,
    -- A user may act before the sign-up is recorded.
    least(coalesce(days.registered_at, spans.first_seen_at), spans.first_seen_at) as valid_from
  from spans
  inner join {{ ref('int_user_days') }} as days on spans.user_id = days.user_id and spans.last_day = days.day
),

changes as (
  select
    user_id,
    ts,
    old_level,
    new_level,
    row_number() over (partition by user_id order by ts, session_id, item_in_session) as position
  from {{ ref('fct_subscription_changes') }}
  where user_id is not null
),

-- The levels that those who changed theirs reached, the one at sign-up first.
levels as (
  select
    users.user_id,
    users.valid_from,
    coalesce(changes.old_level, users.level) as level,
    0 as position
  from users
  inner join changes on users.user_id = changes.user_id and changes.position = 1
  union all
  select
    user_id,
    ts as valid_from,
    new_level as level,
    position
  from changes
),

-- Of changes at the same instant the last one counts; a change to the level that was already there is none.
versions as (
  select
    user_id,
    valid_from,
    level
  from (
    select
      user_id,
      valid_from,
      level,
      lag(level) over (partition by user_id order by valid_from) as level_before
    from (
      select
        user_id,
        valid_from,
        level
      from levels
      qualify row_number() over (partition by user_id, valid_from order by position desc) = 1
    ) as instants
  ) as steps
  where level_before is null or level_before <> level
),

-- Most listeners never change their level: they have one period, and nothing to sort.
periods as (
  select
    user_id,
    valid_from,
    level,
    lead(valid_from) over (partition by user_id order by valid_from) as next_valid_from
  from versions
  union all
  select
    users.user_id,
    users.valid_from,
    users.level,
    cast(null as {{ dbt.type_timestamp() }}) as next_valid_from
  from users
  left join changes on users.user_id = changes.user_id
  where changes.user_id is null
)

select
  {{ surrogate_key(['periods.user_id', epoch_millis('periods.valid_from')]) }} as user_key,
  periods.user_id,
  users.first_name,
  users.last_name,
  users.gender,
  periods.level,
  users.registered_at,
  users.location_key,
  users.device_key,
  periods.valid_from,
  coalesce(periods.next_valid_from, timestamp '9999-12-31 00:00:00') as valid_to,
  periods.next_valid_from is null as is_current
from periods
inner join users on periods.user_id = users.user_id
