{#
  Fails on events that only one of the two relations has. A FULL JOIN, so that rows missing on either side count;
  keys are compared null-safe by what is absent.
#}
{% test same_events(model, key, other, other_key) %}
select
  ours.{{ key }} as our_key,
  theirs.{{ other_key }} as their_key
from {{ model }} as ours
full join {{ rows_to_test(other) }} as theirs on ours.{{ key }} = theirs.{{ other_key }}
where ours.{{ key }} is null or theirs.{{ other_key }} is null
{% endtest %}
