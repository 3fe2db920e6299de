/** The loader's bookkeeping as the marts tell it: one topic with dead letters, one of which nothing is known. */
export const pipelineSql = (lastDay: string): string[] => [
  `create or replace table marts.pipeline_topics as
    select * from (values
      ('auth_events', timestamp '${lastDay} 23:58:00', timestamp '${lastDay} 23:59:10', timestamp '${lastDay} 23:59:30', 5::bigint, 3::bigint),
      ('listen_events', timestamp '${lastDay} 23:59:00', timestamp '${lastDay} 23:59:20', timestamp '${lastDay} 23:59:40', 30::bigint, 0::bigint),
      ('page_view_events', timestamp '${lastDay} 23:57:00', timestamp '${lastDay} 23:59:00', timestamp '${lastDay} 23:59:20', 1200::bigint, 17::bigint),
      ('status_change_events', null, null, null, 0::bigint, null)
    ) as topics(topic, latest_event_at, committed_at, loaded_at, records, dead_letters)`,
  `create or replace table marts.pipeline_loads as
    select 'run-' || i as run, timestamp '${lastDay} 23:59:40' - to_hours(cast(i as integer)) as loaded_at,
      cast(1 + i % 3 as bigint) as hours, cast(100 + 7 * i as bigint) as records
    from range(12) r(i)`,
];
