with devices as (
  select
    device_key,
    user_agent,
    -- Eventsim keeps the quotes of its own data file.
    lower(replace(user_agent, '"', '')) as agent
  from {{ ref('int_origin_days') }}
  group by device_key, user_agent
)

select
  device_key,
  user_agent,
  case
    when agent like '%ipad%' then 'iPad'
    when agent like '%iphone%' or agent like '%ipod%' then 'iPhone'
    when agent like '%android%' then 'Android'
    when agent like '%windows phone%' then 'Windows Phone'
    when agent like '%windows%' then 'Windows'
    when agent like '%macintosh%' then 'Mac'
    when agent like '%linux%' or agent like '%x11%' then 'Linux'
    else 'other'
  end as device,
  case
    when agent like '%ipad%' then 'tablet'
    when agent like '%iphone%' or agent like '%ipod%' or agent like '%windows phone%' then 'phone'
    when agent like '%android%' and agent like '%mobile%' then 'phone'
    when agent like '%android%' then 'tablet'
    else 'computer'
  end as device_type,
  case
    when agent like '%opr/%' or agent like '%opera%' then 'Opera'
    when agent like '%edge/%' or agent like '%edg/%' then 'Edge'
    when agent like '%msie%' or agent like '%trident%' then 'Internet Explorer'
    when agent like '%firefox%' then 'Firefox'
    when agent like '%chrome%' or agent like '%crios%' then 'Chrome'
    when agent like '%safari%' then 'Safari'
    else 'other'
  end as browser
from devices
