with users as (
  select
    user_id,
    first_name,
    last_name,
    gender,
    registered_at,
    level,
    location_key,
    device_key,
    min(first_seen_at) over (partition by user_id) as first_seen_at
  from {{ ref('int_user_days') }}
  qualify row_number() over (partition by user_id order by day desc) = 1
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

-- The levels a user reached, the one at sign-up first. A user may act before the sign-up is recorded.
levels as (
  select
    users.user_id,
    least(coalesce(users.registered_at, users.first_seen_at), users.first_seen_at) as valid_from,
    coalesce(changes.old_level, users.level) as level,
    0 as position
  from users
  left join changes on users.user_id = changes.user_id and changes.position = 1
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

periods as (
  select
    user_id,
    valid_from,
    level,
    lead(valid_from) over (partition by user_id order by valid_from) as next_valid_from
  from versions
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
