{{ config(materialized='view') }}

select
  streams.stream_key,
  streams.ts,
  streams.day,
  streams.hour,
  streams.user_id,
  users.first_name,
  users.last_name,
  users.gender,
  streams.level,
  users.registered_at,
  streams.session_id,
  streams.item_in_session,
  streams.song_key,
  songs.song,
  streams.artist_key,
  songs.artist,
  streams.duration_ms,
  locations.zip,
  locations.city,
  locations.state,
  locations.lat,
  locations.lon,
  devices.device,
  devices.device_type,
  devices.browser,
  datetimes.hour_of_day,
  datetimes.day_of_week,
  datetimes.is_weekend,
  datetimes.week,
  datetimes.month,
  datetimes.year
from {{ ref('fct_streams') }} as streams
inner join {{ ref('dim_songs') }} as songs on streams.song_key = songs.song_key
inner join {{ ref('dim_location') }} as locations on streams.location_key = locations.location_key
inner join {{ ref('dim_devices') }} as devices on streams.device_key = devices.device_key
inner join {{ ref('dim_datetime') }} as datetimes on streams.hour = datetimes.hour
-- A song that began before its listener's first page view was loaded has no version yet.
left join {{ ref('dim_users') }} as users
  on streams.user_id = users.user_id and streams.ts >= users.valid_from and streams.ts < users.valid_to
